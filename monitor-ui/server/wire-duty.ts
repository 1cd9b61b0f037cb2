import type { Clock } from '@minhbach/shared/clock';
import type { CounterId } from '@minhbach/shared/units-of-measure';
import type { Places, Sight } from './access/index.ts';
import type { Alarms } from './alarms/index.ts';
import type { Approvals } from './approvals/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import {
  CalendarReductions,
  completenessRoutes,
  CounterTime,
  DutyCalendars,
  dutyRoutes,
  gapExplanationRoutes,
  GapExplanations,
  UnexplainedWatch,
  workOrderRoutes,
  WorkOrders,
  type ExplainedTime,
  type UnexplainedReports,
} from './duty/index.ts';
import type { Sites, Sources } from './fleet/index.ts';
import type { Route } from './http/index.ts';
import type { MediaRooms } from './wire-media.ts';

const sweepEveryMs = 1_000;

export interface DutyWiring {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly approvals: Approvals;
  readonly sight: Sight;
  readonly places: Places;
  readonly clock: Clock;
  readonly sites: Sites;
  readonly sources: Sources;
  readonly explained: ExplainedTime;
  readonly timelines: MediaRooms['timelines'];
  readonly alarms: Alarms;
  readonly unexplainedAfterMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Calendars, completeness, work orders, explanations and the alarms about what is missing, wired to each other. */
export interface DutyRoom {
  readonly routes: readonly Route[];
  /** Whether the counter serves now. */
  isOnDuty(counterId: CounterId): boolean;
  close(): void;
}

export function wireDuty(of: DutyWiring): DutyRoom {
  const { database, audit, sight, clock, explained, timelines } = of;
  const calendars = new DutyCalendars(database);
  const reductions = new CalendarReductions({
    ...{ database, audit, clock, calendars, approvals: of.approvals },
  });
  const time = new CounterTime({ calendars, explained, timelines });
  const sources = (counterId: CounterId) =>
    of.sources.ofCounter(counterId).map((source) => ({ ...source, id: source.sourceId }));
  const everyCounter = { sight: { but: undefined }, limit: 1_000_000 } as const;
  const watch = new UnexplainedWatch({
    ...{ time, clock, sources, afterMs: of.unexplainedAfterMs },
    counters: () => of.sites.listCounters(everyCounter).map(({ id }) => id),
    reports: reportsTo(of.alarms, of.places),
  });
  const timer = setInterval(() => {
    try {
      watch.sweep();
    } catch (error) {
      of.onFault(error);
    }
  }, sweepEveryMs);
  const explanations = new GapExplanations({
    ...{ database, audit, sight, time, clock },
    onAccepted: (span, by) => watch.explained(span, by),
  });
  return {
    routes: [
      ...dutyRoutes({ database, calendars, audit, sight, sources, reductions }),
      ...completenessRoutes(time, sight),
      ...workOrderRoutes(new WorkOrders({ database, audit, sight, places: of.places, clock })),
      ...gapExplanationRoutes(explanations),
    ],
    isOnDuty: (counterId) => calendars.isOnDuty(counterId, clock.wallNow()),
    close: () => clearInterval(timer),
  };
}

const kind = 'unexplained-gap';

/** One alarm for each counter and day. */
function reportsTo(alarms: Alarms, places: Places): UnexplainedReports {
  const keyOf = (day: { readonly counterId: string; readonly date: string }) =>
    `${kind}:${day.counterId}:${day.date}`;
  return {
    missing(day, from) {
      const place = places.counter(day.counterId);
      if (place === undefined) return;
      const { siteId, counterId } = place;
      const evidence = `duty time of ${day.date} that nobody has explained`;
      alarms.raise({ kind, key: keyOf(day), place: { siteId, counterId }, from, evidence });
    },
    whole(day, by) {
      if (by === undefined) alarms.end(keyOf(day));
      else alarms.explained(keyOf(day), by);
    },
    standing: () =>
      alarms.notEnded().flatMap(({ kind: found, mergeKey, place }) => {
        if (found !== kind || !('counterId' in place) || place.counterId === undefined) return [];
        return [{ counterId: place.counterId, date: mergeKey.slice(-'yyyy-mm-dd'.length) }];
      }),
  };
}
