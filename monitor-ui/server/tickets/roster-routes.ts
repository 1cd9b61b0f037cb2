import { z } from 'zod';
import { listOf, rosterEntrySchema, rosterInputSchema, rosterQuerySchema } from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput } from '../problem/index.ts';
import type { OfficialSight } from './official-sight.ts';
import type { Roster } from './roster.ts';

const params = z.strictObject({ id: counterIdSchema });
const longestMs = 31 * 86_400_000;

export function rosterRoutes(roster: Roster, officials: OfficialSight, sight: Sight): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/counters/{id}/roster',
      action: 'roster.read',
      summary: 'Which official sat at the counter: for a supervisor, or with a case that covers it.',
      params,
      query: rosterQuerySchema,
      answer: { status: 200, schema: listOf(rosterEntrySchema) },
      handle({ actor, params: { id }, query: { from, to, caseId } }) {
        const { counterId } = sight.requireCounter(actor, id);
        if (from >= to) throw badInput('/query/to', 'later-than', { field: 'from' });
        if (to - from > longestMs) throw badInput('/query/to', 'days-after', { count: 31, field: 'from' });
        officials.requireRoster(actor, { counterId, from, to, caseId });
        return { items: roster.list(counterId, from, to) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/counters/{id}/roster',
      action: 'roster.note',
      summary: 'Notes which official sits at the counter for at most 24 h.',
      params,
      body: rosterInputSchema,
      answer: { status: 201, schema: rosterEntrySchema },
      handle({ actor, params: { id }, body, now }) {
        return roster.note(actor, sight.requireCounter(actor, id).counterId, body, now);
      },
    }),
  ];
}
