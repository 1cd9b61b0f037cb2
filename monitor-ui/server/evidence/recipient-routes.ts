import {
  exportRecipientInputSchema,
  exportRecipientMadeSchema,
  exportRecipientSchema,
} from '@minhbach/shared/protocol';
import { exportIdSchema, exportRecipientIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { defineRoute, type Route } from '../http/index.ts';
import type { Recipients } from './recipients.ts';

const exportParams = z.strictObject({ id: exportIdSchema });

export function recipientRoutes(recipients: Recipients): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/exports/{id}/recipients',
      action: 'exports.ask',
      summary: 'Hands a package of one’s own to somebody by name; the link is answered this once.',
      params: exportParams,
      body: exportRecipientInputSchema,
      answer: { status: 201, schema: exportRecipientMadeSchema },
      handle: ({ actor, params, body }) => recipients.add(actor, params.id, body),
    }),
    defineRoute({
      method: 'get',
      path: '/exports/{id}/recipients',
      action: 'exports.ask',
      summary: 'Who was handed a package of one’s own, without the links.',
      params: exportParams,
      answer: { status: 200, schema: z.strictObject({ items: z.array(exportRecipientSchema) }) },
      handle: ({ actor, params }) => ({ items: recipients.list(actor, params.id) }),
    }),
    defineRoute({
      method: 'post',
      path: '/exports/{id}/recipients/{recipientId}/revoke',
      action: 'exports.ask',
      summary: 'Nothing is fetched by that link any more.',
      params: exportParams.extend({ recipientId: exportRecipientIdSchema }),
      answer: { status: 200, schema: exportRecipientSchema },
      handle: ({ actor, params }) => recipients.revoke(actor, params.id, params.recipientId),
    }),
  ];
}
