import {
  attachmentSchema,
  complaintAggregateSchema,
  complaintInputSchema,
  complaintPlaceInputSchema,
  complaintSchema,
  complaintStateSchema,
  complaintTakenSchema,
  listOf,
  reporterAnswerSchema,
  reporterRequestSchema,
} from '@minhbach/shared/protocol';
import { attachmentIdSchema, complaintIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { AuditLog } from '../audit/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { Attachments } from './attachments.ts';
import { sendAttachment, fileNameOf, keepAttachment } from './attachment-transfer.ts';
import type { ComplaintAggregate } from './complaint-aggregate.ts';
import type { Complaints } from './complaints.ts';

const complaintParams = z.strictObject({ id: complaintIdSchema });
const querySchema = idListQuerySchema.extend({
  state: complaintStateSchema.optional(),
  /** Words of what was said, with or without accents; or a receipt code, ticket, dossier code or phone number. */
  q: z.string().trim().max(200).optional(),
});

export interface ComplaintRoutesParts {
  readonly complaints: Complaints;
  readonly attachments: Attachments;
  readonly aggregate: ComplaintAggregate;
  readonly audit: AuditLog;
  readonly transaction: (work: () => void) => void;
}

/** Complaints as those see them who work on them. */
export function complaintRoutes(parts: ComplaintRoutesParts): readonly Route[] {
  const { complaints, attachments, aggregate, audit } = parts;
  return [
    defineRoute({
      method: 'post',
      path: '/complaints',
      action: 'complaints.take',
      summary: 'Takes a complaint or denunciation; footage it may be about is held at once.',
      body: complaintInputSchema,
      answer: { status: 201, schema: complaintTakenSchema },
      handle: ({ actor, body }) => complaints.take(actor, body),
    }),
    defineRoute({
      method: 'get',
      path: '/complaints',
      action: 'complaints.read',
      summary: 'Complaints in sight, the latest first; with q, those that words or a code find.',
      query: querySchema,
      answer: { status: 200, schema: listOf(complaintSchema) },
      handle: ({ actor, query: { limit, cursor, state, q } }) => {
        if (q === undefined || q === '') {
          return pageOf(
            limit,
            (rows) => complaints.list(actor, { state, before: cursor, limit: rows }),
            ({ id }) => id,
          );
        }
        audit.append({
          kind: 'searched',
          personId: actor.person.id,
          subject: { in: 'complaints' },
          shielded: { text: q },
        });
        const found = complaints.search(actor, q, limit);
        return { items: state === undefined ? found : found.filter((one) => one.state === state) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/complaints/aggregate',
      action: 'complaints.count',
      summary:
        'How many complaints in each week that is over, by site of the own unit; nothing else of them.',
      answer: { status: 200, schema: complaintAggregateSchema },
      handle: ({ actor, now }) => ({ items: aggregate.weeks(actor, now) }),
    }),
    defineRoute({
      method: 'get',
      path: '/complaints/{id}',
      action: 'complaints.read',
      summary: 'One complaint; what was said, for those who may read it.',
      params: complaintParams,
      answer: { status: 200, schema: complaintSchema },
      handle: ({ actor, params }) => complaints.read(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/complaints/{id}/place',
      action: 'complaints.read',
      summary: 'States counter and time of a complaint that came without; the footage is held at once.',
      params: complaintParams,
      body: complaintPlaceInputSchema,
      answer: { status: 200, schema: complaintSchema },
      handle: ({ actor, params, body }) => complaints.place(actor, params.id, body),
    }),
    defineRoute({
      method: 'post',
      path: '/complaints/{id}/reporter',
      action: 'complaints.see-reporter',
      summary: 'Who complained, for a stated reason; that it was looked at is in the audit.',
      params: complaintParams,
      body: reporterRequestSchema,
      answer: { status: 200, schema: reporterAnswerSchema },
      handle: ({ actor, params, body }) => ({ reporter: complaints.reporter(actor, params.id, body.reason) }),
    }),
    defineRoute({
      method: 'post',
      path: '/complaints/{id}/attachments',
      action: 'complaints.read',
      summary: 'A file that came with a complaint: its bytes as the body, its name in X-File-Name.',
      params: complaintParams,
      answer: { status: 201, schema: attachmentSchema },
      handle: ({ actor, params, request, signal }) => {
        const row = complaints.requireReadable(actor, params.id);
        return keepAttachment(parts, row.id, actor.person.id, {
          ...{ body: request, name: fileNameOf(request), signal },
        });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/complaints/{id}/attachments/{attachmentId}',
      action: 'complaints.read',
      summary: 'A file that came with a complaint; each look is in the audit.',
      params: complaintParams.extend({ attachmentId: attachmentIdSchema }),
      answer: { status: 200, schema: 'stream', contentType: 'application/octet-stream' },
      handle: async ({ actor, params, response }) => {
        const row = complaints.requireReadable(actor, params.id);
        const { shown, bytes } = await attachments.read(row.id, params.attachmentId);
        audit.append({
          kind: 'complaint-attachment-read',
          personId: actor.person.id,
          subject: { complaintId: row.id, attachmentId: shown.id },
        });
        sendAttachment(response, shown, bytes);
      },
    }),
  ];
}
