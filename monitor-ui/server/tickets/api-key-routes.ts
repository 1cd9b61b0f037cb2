import { z } from 'zod';
import { apiKeyInputSchema, apiKeyMadeSchema, apiKeySchema, listOf } from '@minhbach/shared/protocol';
import { apiKeyIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { ApiKeys } from './api-keys.ts';

const params = z.strictObject({ id: apiKeyIdSchema });

export function apiKeyRoutes(keys: ApiKeys): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api-keys',
      action: 'api-keys.manage',
      summary: 'Keys of queue machines, revoked ones too.',
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(apiKeySchema) },
      handle: ({ actor, query }) =>
        pageOf(
          query.limit,
          (limit) => keys.list(actor, { after: query.cursor, limit }),
          (key) => key.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/api-keys/{id}',
      action: 'api-keys.manage',
      summary: 'One key, without itself.',
      params,
      answer: { status: 200, schema: apiKeySchema },
      handle: ({ actor, params: { id } }) => keys.find(actor, id),
    }),
    defineRoute({
      method: 'post',
      path: '/api-keys',
      action: 'api-keys.manage',
      summary: 'Makes a key for the queue machine of one site; it is answered this once.',
      body: apiKeyInputSchema,
      answer: { status: 201, schema: apiKeyMadeSchema },
      handle: ({ actor, body }) => keys.make(actor, body),
    }),
    defineRoute({
      method: 'post',
      path: '/api-keys/{id}/revoke',
      action: 'api-keys.manage',
      summary: 'Nothing is taken with the key any more.',
      params,
      answer: { status: 200, schema: apiKeySchema },
      handle: ({ actor, params: { id } }) => keys.revoke(actor, id),
    }),
  ];
}
