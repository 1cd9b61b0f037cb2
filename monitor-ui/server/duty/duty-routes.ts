import { createHash } from 'node:crypto';
import { z } from 'zod';
import { dutyCalendarInputSchema, dutyCalendarSchema, type SourceKind } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  type CounterId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput, conflict, notFound } from '../problem/index.ts';
import { isReduction } from './calendar-reduction.ts';
import type { DutyCalendars } from './duty-calendars.ts';

const counterParams = z.strictObject({ id: counterIdSchema });

interface CounterSource {
  readonly id: SourceId;
  readonly kind: SourceKind;
  readonly retiredAt?: UtcMs | undefined;
}

export interface DutyParts {
  readonly database: MonitorDatabase;
  readonly calendars: DutyCalendars;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly sources: (counterId: CounterId) => readonly CounterSource[];
}

export function dutyRoutes({ database, calendars, audit, sight, sources }: DutyParts): readonly Route[] {
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
      summary: 'States when the counter serves from tomorrow on. Less duty than before needs a second key.',
      params: counterParams,
      body: dutyCalendarInputSchema,
      answer: { status: 200, schema: dutyCalendarSchema },
      handle({ actor, params, body, now }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        const known = sources(counterId);
        requireBothKinds(body.requiredSources, known);
        const { effectiveFrom, replaces } = calendars.next(counterId, now);
        const active = known.filter(({ retiredAt }) => retiredAt === undefined).map(({ id }) => id);
        if (replaces !== undefined && isReduction(replaces, { ...body, effectiveFrom }, active)) {
          throw conflict(
            'calendar-reduction',
            'Less duty, or fewer sources, than before is decided by two people of different units, which is not possible yet; the calendar stays.',
          );
        }
        return database.transaction(() => {
          const calendar = calendars.state({ counterId, calendar: body, madeBy: actor.person.id, now });
          audit.append({
            kind: 'calendar-changed',
            personId: actor.person.id,
            subject: {
              ...{ counterId, effectiveFrom: calendar.effectiveFrom },
              calendarSha256: createHash('sha256').update(JSON.stringify(body)).digest('hex'),
            },
          });
          return calendar;
        });
      },
    }),
  ];
}

/** A counter on duty is seen and heard. */
function requireBothKinds(required: readonly SourceId[] | undefined, known: readonly CounterSource[]): void {
  if (required === undefined) return;
  const chosen = required.map((id) =>
    known.find((source) => source.id === id && source.retiredAt === undefined),
  );
  const kinds = new Set(chosen.map((source) => source?.kind));
  if (kinds.has(undefined) || kinds.size < 2) {
    throw badInput(
      '/requiredSources',
      'names sources of this counter, at least one camera and one microphone',
    );
  }
}
