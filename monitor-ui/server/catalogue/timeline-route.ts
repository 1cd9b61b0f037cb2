import { spanQuerySchema, timelineSchema } from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { Sight } from '../access/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput } from '../problem/index.ts';
import type { Timelines } from './timelines.ts';

const spanLimitMs = 31 * 86_400_000;

export function catalogueRoutes(timelines: Timelines, sight: Sight): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/counters/{id}/timeline',
      action: 'timeline.read',
      summary:
        'What there is of each source of a counter, without holes: footage, gaps, pending, unregistered.',
      params: z.strictObject({ id: counterIdSchema }),
      query: spanQuerySchema,
      answer: { status: 200, schema: timelineSchema },
      handle: ({ actor, params, query: { from, to }, now }) => {
        const { counterId } = sight.requireCounter(actor, params.id);
        if (from >= to) throw badInput('/query/to', 'later-than', { field: 'from' });
        if (to - from > spanLimitMs) throw badInput('/query/to', 'days-after', { count: 31, field: 'from' });
        return { from, to, asOf: now, sources: timelines.of(counterId, from, to, now) };
      },
    }),
  ];
}
