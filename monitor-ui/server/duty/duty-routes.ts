import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  dutyCalendarInputSchema,
  dutyCalendarSchema,
  secondKeyReasonSchema,
  type SourceKind,
} from '@minhbach/shared/protocol';
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
import type { CalendarReductions } from './calendar-reductions.ts';
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
  readonly reductions: CalendarReductions;
}

const reductionSchema = z.strictObject({ calendar: dutyCalendarInputSchema, reason: secondKeyReasonSchema });

export function dutyRoutes({
  database,
  calendars,
  audit,
  sight,
  sources,
  reductions,
}: DutyParts): readonly Route[] {
  /** Throws the 400 for sources that are not the counter's. */
  const reduces = (
    counterId: CounterId,
    calendar: z.output<typeof dutyCalendarInputSchema>,
    now: UtcMs,
  ): boolean => {
    const known = sources(counterId);
    requireBothKinds(calendar.requiredSources, known);
    const { effectiveFrom, replaces } = calendars.next(counterId, now);
    const active = known.filter(({ retiredAt }) => retiredAt === undefined).map(({ id }) => id);
    return replaces !== undefined && isReduction(replaces, { ...calendar, effectiveFrom }, active);
  };
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
        if (reduces(counterId, body, now)) {
          throw conflict(
            'calendar-reduction',
            'Less duty, or fewer sources, than before is decided by two people of different units: ask for it at /counters/{id}/duty/reductions; the calendar stays.',
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
    defineRoute({
      method: 'post',
      path: '/counters/{id}/duty/reductions',
      action: 'duty.change',
      summary: 'Asks for less duty, or fewer sources; a second person of another unit decides.',
      params: counterParams,
      body: reductionSchema,
      answer: { status: 202, schema: z.strictObject({ approvalId: z.uuid() }) },
      handle({ actor, params, body: { calendar, reason }, now }) {
        const { counterId } = sight.requireCounter(actor, params.id);
        if (!reduces(counterId, calendar, now)) {
          throw conflict(
            'no-reduction',
            'This takes no duty away: state it directly, it needs no second key.',
          );
        }
        return reductions.ask(actor, { counterId, calendar, reason });
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
    throw badInput('/requiredSources', 'required-sources');
  }
}
