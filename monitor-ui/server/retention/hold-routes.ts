import { z } from 'zod';
import {
  holdInputSchema,
  holdReleaseInputSchema,
  holdReleaseSchema,
  holdSchema,
  listOf,
} from '@minhbach/shared/protocol';
import { counterIdSchema, holdIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { HoldReleases } from './hold-releases.ts';
import type { Holds } from './holds.ts';

const holdParams = z.strictObject({ id: holdIdSchema });

export function holdRoutes(holds: Holds, releases: HoldReleases): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/holds',
      action: 'holds.read',
      summary: 'Footage exempt from retention, the latest hold first.',
      query: idListQuerySchema.extend({ counterId: counterIdSchema.optional() }),
      answer: { status: 200, schema: listOf(holdSchema) },
      handle: ({ actor, query: { limit, cursor, counterId } }) =>
        pageOf(
          limit,
          (rows) => holds.list(actor, { counterId, before: cursor, limit: rows }),
          (hold) => hold.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/holds/{id}',
      action: 'holds.read',
      summary: 'One hold.',
      params: holdParams,
      answer: { status: 200, schema: holdSchema },
      handle: ({ actor, params }) => holds.find(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/holds',
      action: 'holds.place',
      summary: 'Exempts a span of a counter from retention; the recorders learn nothing of it.',
      body: holdInputSchema,
      answer: { status: 201, schema: holdSchema },
      handle: ({ actor, body }) => holds.place(actor, body),
    }),
    defineRoute({
      method: 'post',
      path: '/holds/{id}/release',
      action: 'holds.release',
      summary: 'Asks for the release of a hold, which a second person of another unit decides.',
      params: holdParams,
      body: holdReleaseInputSchema,
      answer: { status: 202, schema: holdReleaseSchema },
      handle: ({ actor, params, body }) => releases.ask(actor, params.id, body.reason),
    }),
  ];
}
