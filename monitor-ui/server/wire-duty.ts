import type { Clock } from '@minhbach/shared/clock';
import type { Places, Sight } from './access/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import {
  completenessRoutes,
  CounterTime,
  DutyCalendars,
  dutyRoutes,
  gapExplanationRoutes,
  GapExplanations,
  workOrderRoutes,
  WorkOrders,
  type ExplainedTime,
} from './duty/index.ts';
import type { Route } from './http/index.ts';
import type { MediaRooms } from './wire-media.ts';

export interface DutyWiring {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly places: Places;
  readonly clock: Clock;
  readonly explained: ExplainedTime;
  readonly timelines: MediaRooms['timelines'];
}

/** Calendars, completeness, work orders and explanations, wired to each other. */
export interface DutyRoom {
  readonly time: CounterTime;
  readonly routes: readonly Route[];
}

export function wireDuty(of: DutyWiring): DutyRoom {
  const { database, audit, sight, clock, explained, timelines } = of;
  const calendars = new DutyCalendars(database);
  const time = new CounterTime({ calendars, explained, timelines });
  return {
    time,
    routes: [
      ...dutyRoutes({ database, calendars, audit, sight }),
      ...completenessRoutes(time, sight),
      ...workOrderRoutes(new WorkOrders({ database, audit, sight, places: of.places, clock })),
      ...gapExplanationRoutes(new GapExplanations({ database, audit, sight, time, clock })),
    ],
  };
}
