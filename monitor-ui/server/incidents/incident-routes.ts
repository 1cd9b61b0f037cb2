import { z } from 'zod';
import {
  incidentCategories,
  incidentCategorySchema,
  incidentInputSchema,
  incidentPatchSchema,
  incidentSchema,
  listOf,
  listQueryShape,
} from '@minhbach/shared/protocol';
import { counterIdSchema, incidentIdSchema, timeInputSchema } from '@minhbach/shared/units-of-measure';
import type { AuditLog } from '../audit/index.ts';
import { defineRoute, pageOf, type Route } from '../http/index.ts';
import type { Incidents } from './incidents.ts';

const cursorSchema = z
  .string()
  .regex(/^\d{1,16}_[0-9a-f-]{36}$/, 'a cursor is what the page before answered')
  .transform((cursor) => {
    const [fromMs = '0', id = ''] = cursor.split('_');
    return { fromMs: Number(fromMs), id };
  });

const querySchema = z.strictObject({
  ...listQueryShape,
  cursor: cursorSchema.optional(),
  counterId: counterIdSchema.optional(),
  from: timeInputSchema.optional(),
  to: timeInputSchema.optional(),
  category: incidentCategorySchema.optional(),
  /** Words of the note, with or without accents. */
  q: z.string().trim().max(200).optional(),
  /** Changes since, oldest first; for catching up. */
  afterSeq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
const incidentParams = z.strictObject({ id: incidentIdSchema });

export function incidentRoutes(incidents: Incidents, audit: AuditLog): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/incidents/categories',
      action: 'signed-in',
      summary: 'The categories an incident may have.',
      answer: { status: 200, schema: z.strictObject({ items: z.array(incidentCategorySchema) }) },
      handle: () => ({ items: [...incidentCategories] }),
    }),
    defineRoute({
      method: 'get',
      path: '/incidents',
      action: 'incidents.read',
      summary: 'Bookmarked moments, the latest first; with afterSeq, what changed since.',
      query: querySchema,
      answer: { status: 200, schema: listOf(incidentSchema) },
      handle({ actor, query }) {
        const { q: text, cursor: before, limit, ...filter } = query;
        if (text !== undefined && text !== '') {
          audit.append({
            kind: 'searched',
            personId: actor.person.id,
            subject: { in: 'incidents', counterId: filter.counterId },
            shielded: { text },
          });
        }
        // Catching up goes on from the last `seq`, not from a cursor.
        if (filter.afterSeq !== undefined)
          return { items: incidents.list(actor, { ...filter, text, limit }) };
        return pageOf(
          limit,
          (rows) => incidents.list(actor, { ...filter, text, before, limit: rows }),
          (incident) => `${incident.from}_${incident.id}`,
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/incidents/{id}',
      action: 'incidents.read',
      summary: 'One incident.',
      params: incidentParams,
      answer: { status: 200, schema: incidentSchema },
      handle: ({ actor, params }) => incidents.find(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/incidents',
      action: 'incidents.create',
      summary: 'Bookmarks a moment at a counter; it may reach 60 s ahead.',
      body: incidentInputSchema,
      answer: { status: 201, schema: incidentSchema },
      handle: ({ actor, body }) => incidents.create(actor, body),
    }),
    defineRoute({
      method: 'patch',
      path: '/incidents/{id}',
      action: 'incidents.change',
      summary: 'Changes note, severity or category.',
      params: incidentParams,
      body: incidentPatchSchema,
      answer: { status: 200, schema: incidentSchema },
      handle: ({ actor, params, body }) => incidents.change(actor, params.id, body),
    }),
  ];
}
