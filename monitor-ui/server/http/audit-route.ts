import { z } from 'zod';
import { auditEntrySchema, listOf, listQueryShape } from '@minhbach/shared/protocol';
import { timeInputSchema } from '@minhbach/shared/units-of-measure';
import type { AuditLog } from '../audit/index.ts';
import { pageOf } from './list-page.ts';
import { defineRoute, type Route } from './route.ts';
import { notFound } from '../problem/index.ts';

const seqSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const querySchema = z.strictObject({
  ...listQueryShape,
  cursor: seqSchema.optional(),
  kind: z.string().max(60).optional(),
  person: z.uuid().optional(),
  from: timeInputSchema.optional(),
  to: timeInputSchema.optional(),
});

/** What people did, newest first. */
export function auditRoutes(audit: AuditLog): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/audit',
      action: 'audit.read',
      summary: 'What people did and saw, newest first.',
      query: querySchema,
      answer: { status: 200, schema: listOf(auditEntrySchema) },
      handle: ({ query }) =>
        pageOf(
          query.limit,
          (limit) =>
            audit.list({
              kind: query.kind,
              personId: query.person,
              from: query.from,
              to: query.to,
              beforeSeq: query.cursor,
              limit,
            }),
          (entry) => String(entry.seq),
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/audit/{id}',
      action: 'audit.read',
      summary: 'One entry of the audit by its number.',
      params: z.strictObject({ id: seqSchema }),
      answer: { status: 200, schema: auditEntrySchema },
      handle({ params }) {
        const [entry] = audit.list({ beforeSeq: params.id + 1, limit: 1 });
        if (entry?.seq !== params.id) throw notFound('audit entry');
        return entry;
      },
    }),
  ];
}
