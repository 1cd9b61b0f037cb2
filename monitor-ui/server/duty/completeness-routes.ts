import { z } from 'zod';
import {
  completenessDateParamSchema,
  completenessDayDetailSchema,
  completenessDaySchema,
  completenessDaysQuerySchema,
  completenessSchema,
  listOf,
  spanQuerySchema,
} from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput, notFound } from '../problem/index.ts';
import type { CounterTime } from './counter-time.ts';
import { dayOf } from './duty-spans.ts';

const counterParams = z.strictObject({ id: counterIdSchema });
const dayParams = counterParams.extend({ date: completenessDateParamSchema });
const dayMs = 86_400_000;
const longestMs = 92 * dayMs;
const mostHoles = 500;

export function completenessRoutes(time: CounterTime, sight: Sight): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/counters/{id}/completeness',
      action: 'completeness.read',
      summary: 'What became of the duty time: recorded, explained, unexplained, pending.',
      params: counterParams,
      query: spanQuerySchema,
      answer: { status: 200, schema: completenessSchema },
      handle({ actor, params, query, now }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        if (query.from >= query.to) throw badInput('/query/to', 'later-than', { field: 'from' });
        if (query.to - query.from > longestMs)
          throw badInput('/query/to', 'days-after', { count: 92, field: 'from' });
        return { asOf: now, ...time.completeness(counterId, query, now) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/counters/{id}/completeness/days',
      action: 'completeness.read',
      summary: 'The same, one row for each local day from `from` to `to`.',
      params: counterParams,
      query: completenessDaysQuerySchema,
      answer: { status: 200, schema: listOf(completenessDaySchema) },
      handle({ actor, params, query: { from, to }, now }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        if (from > to) throw badInput('/query/to', 'not-before', { field: 'from' });
        if (dayOf(to).to - dayOf(from).from > longestMs)
          throw badInput('/query/to', 'days-after', { count: 91, field: 'from' });
        return { items: time.days(counterId, from, to, now) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/counters/{id}/completeness/days/{date}',
      action: 'completeness.read',
      summary: 'One day, with what is not recorded of it and why.',
      params: dayParams,
      answer: { status: 200, schema: completenessDayDetailSchema },
      handle({ actor, params: { id, date }, now }) {
        const { counterId } = sight.requireCounter(actor, id);
        const [day] = time.days(counterId, date, date, now);
        if (day === undefined) throw notFound('day');
        const holes = time.holes(counterId, dayOf(date), now);
        return { asOf: now, ...day, holes: holes.slice(0, mostHoles), more: holes.length > mostHoles };
      },
    }),
  ];
}
