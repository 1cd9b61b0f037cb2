import { z } from 'zod';
import {
  completenessSchema,
  dutyCalendarInputSchema,
  dutyCalendarSchema,
  spanQuerySchema,
} from '@minhbach/shared/protocol';
import { counterIdSchema, utcMs, type CounterId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput, notFound } from '../problem/index.ts';
import { completenessOf, type SourceTimeline } from './completeness.ts';
import type { DutyCalendars } from './duty-calendars.ts';
import { dutySpans } from './duty-spans.ts';

const counterParams = z.strictObject({ id: counterIdSchema });
const longestMs = 92 * 86_400_000;

export interface DutyParts {
  readonly database: MonitorDatabase;
  readonly calendars: DutyCalendars;
  readonly audit: AuditLog;
  readonly sight: Sight;
  /** What became of each source of the counter, retired ones too. */
  readonly timelines: (counterId: CounterId, from: UtcMs, to: UtcMs, now: UtcMs) => readonly SourceTimeline[];
}

export function dutyRoutes({ database, calendars, audit, sight, timelines }: DutyParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/counters/{id}/duty',
      action: 'duty.read',
      summary: 'When the counter serves, as last stated; it holds from `effectiveFrom` on.',
      params: counterParams,
      answer: { status: 200, schema: dutyCalendarSchema },
      handle({ actor, params }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        const latest = calendars.history(counterId).at(-1);
        if (latest === undefined) throw notFound('calendar');
        return latest;
      },
    }),
    defineRoute({
      method: 'put',
      path: '/counters/{id}/duty',
      action: 'duty.change',
      summary: 'States when the counter serves from tomorrow on.',
      params: counterParams,
      body: dutyCalendarInputSchema,
      answer: { status: 200, schema: dutyCalendarSchema },
      handle({ actor, params, body, now }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        return database.transaction(() => {
          const calendar = calendars.state({ counterId, calendar: body, madeBy: actor.person.id, now });
          audit.append({
            kind: 'calendar-changed',
            personId: actor.person.id,
            subject: { counterId, effectiveFrom: calendar.effectiveFrom },
          });
          return calendar;
        });
      },
    }),
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
        if (query.from >= query.to) throw badInput('/query/to', 'is later than from');
        if (query.to - query.from > longestMs) throw badInput('/query/to', 'is at most 92 days after from');
        const from = utcMs(Math.max(query.from, Math.min(calendars.createdAt(counterId), query.to)));
        const duty = dutySpans(calendars.history(counterId), from, query.to);
        const sources = duty.length === 0 ? [] : timelines(counterId, from, query.to, now);
        return { asOf: now, ...completenessOf(duty, sources, now) };
      },
    }),
  ];
}
