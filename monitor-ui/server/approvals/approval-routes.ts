import { z } from 'zod';
import {
  approvalDecisionSchema,
  approvalSchema,
  approvalStateSchema,
  listOf,
} from '@minhbach/shared/protocol';
import { approvalIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { Approvals } from './approvals.ts';

const approvalParams = z.strictObject({ id: approvalIdSchema });

export function approvalRoutes(approvals: Approvals): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/approvals',
      action: 'approvals.read',
      summary: 'What waits for a second key and what was decided, the latest first.',
      query: idListQuerySchema.extend({ state: approvalStateSchema.optional() }),
      answer: { status: 200, schema: listOf(approvalSchema) },
      handle: ({ actor, query: { limit, cursor, state } }) =>
        pageOf(
          limit,
          (rows) => approvals.list(actor, { state, before: cursor, limit: rows }),
          (approval) => approval.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/approvals/{id}',
      action: 'approvals.read',
      summary: 'One approval.',
      params: approvalParams,
      answer: { status: 200, schema: approvalSchema },
      handle: ({ actor, params }) => approvals.find(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/approvals/{id}',
      action: 'approvals.decide',
      summary: 'The second key: gives or refuses, being another person of another unit.',
      params: approvalParams,
      body: approvalDecisionSchema,
      answer: { status: 200, schema: approvalSchema },
      handle: ({ actor, params, body }) => approvals.decide(actor, params.id, body),
    }),
  ];
}
