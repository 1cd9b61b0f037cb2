import { z } from 'zod';
import { dutyCalendarInputSchema, dutyCalendarSchema } from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { notFound } from '../problem/index.ts';
import type { DutyCalendars } from './duty-calendars.ts';

const counterParams = z.strictObject({ id: counterIdSchema });

export interface DutyParts {
  readonly database: MonitorDatabase;
  readonly calendars: DutyCalendars;
  readonly audit: AuditLog;
  readonly sight: Sight;
}

export function dutyRoutes({ database, calendars, audit, sight }: DutyParts): readonly Route[] {
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
  ];
}
