import type { Clock } from '@minhbach/shared/clock';
import type { CounterId } from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor, type Sight } from './access/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { Sites } from './fleet/index.ts';
import type { Route } from './http/index.ts';
import {
  noticeRoutes,
  Notices,
  NoticeWording,
  type NoticePlace,
  type NoticeSettings,
} from './notices/index.ts';

export interface NoticesWiring {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly sites: Sites;
  readonly settings: NoticeSettings;
  /** Where citizens open pages of this monitor. */
  readonly publicOrigin: string | undefined;
}

/** What hangs at the counters. */
export function wireNotices(of: NoticesWiring): readonly Route[] {
  const { database, audit, sight, clock, sites } = of;
  const placeOf = (id: CounterId): NoticePlace | undefined => {
    const counter = sites.findCounter(id);
    const site = counter && sites.find(counter.siteId);
    return counter && site && { counterId: id, counterName: counter.name, siteName: site.name };
  };
  const placesSeenBy = (actor: Actor): NoticePlace[] => {
    const everything = { sight: unitSight(actor), limit: 1_000_000 } as const;
    const siteNames = new Map(sites.list(everything).map(({ id, name }) => [id, name]));
    return sites.listCounters(everything).map(({ id, name, siteId }) => ({
      ...{ counterId: id, counterName: name, siteName: siteNames.get(siteId) ?? '' },
    }));
  };
  const wording = new NoticeWording(of.settings, of.publicOrigin);
  return noticeRoutes(new Notices({ database, audit, sight, clock, wording, placeOf, placesSeenBy }));
}
