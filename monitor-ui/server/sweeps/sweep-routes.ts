import { z } from 'zod';
import { listOf, sweepDetailSchema, sweepSchema } from '@minhbach/shared/protocol';
import { recorderIdSchema, sweepIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { SweepBook } from './sweep-book.ts';

export function sweepRoutes(book: SweepBook): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/sweeps',
      action: 'sweeps.read',
      summary: 'Random checks of sealed segments, the latest first.',
      query: idListQuerySchema.extend({ recorderId: recorderIdSchema.optional() }),
      answer: { status: 200, schema: listOf(sweepSchema) },
      handle: ({ actor, query: { limit, cursor, recorderId } }) =>
        pageOf(
          limit,
          (rows) => book.list(actor, { recorderId, before: cursor, limit: rows }),
          (sweep) => sweep.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/sweeps/{id}',
      action: 'sweeps.read',
      summary: 'One random check, with what was found of each segment drawn.',
      params: z.strictObject({ id: sweepIdSchema }),
      answer: { status: 200, schema: sweepDetailSchema },
      handle: ({ actor, params }) => book.find(actor, params.id),
    }),
  ];
}
