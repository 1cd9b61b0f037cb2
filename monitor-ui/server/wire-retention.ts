import type { Clock } from '@minhbach/shared/clock';
import { objectRetention, type ObjectStore, type ObjectStoreSettings } from '@minhbach/shared/object-store';
import type { Actor, Sight } from './access/index.ts';
import type { Approvals } from './approvals/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { Catalogue } from './catalogue/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { MetricSource } from './health/index.ts';
import type { Route } from './http/index.ts';
import {
  ArchiveLock,
  DaysKeeper,
  Expiry,
  ExpiryPlan,
  HoldKeeper,
  HoldReleases,
  holdRoutes,
  Holds,
  HoldStatement,
  OldestFootage,
  RetentionCuts,
  RetentionPolicies,
  retentionRoutes,
  RetentionRuns,
  type RaiseRetentionFault,
  type RetentionIsWell,
  type StatementIdentity,
} from './retention/index.ts';
import type { Shield } from './shield/index.ts';

export interface RetentionWiring {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly shield: Shield;
  readonly clock: Clock;
  readonly archive: ObjectStore;
  readonly archiveRetention: ObjectStoreSettings['retention'];
  readonly identity: StatementIdentity;
  readonly catalogue: Catalogue;
  readonly approvals: Approvals;
  readonly everyMs: number;
  /** Between the decision to release a hold and its end. */
  readonly coolingOffMs: number;
  /** Between the decision to keep footage for fewer days and its effect. */
  readonly cutAfterMs: number;
  /** Whether the person works on this case. */
  readonly worksOn: (actor: Actor, caseId: string) => boolean;
  /** Tells the recorders that are connected for how many days each counter is kept. */
  readonly tellDays: () => void;
  readonly raise: RaiseRetentionFault;
  readonly isWell: RetentionIsWell;
}

/** Policies, holds and expiry, wired to each other. */
export interface RetentionRoom {
  readonly routes: readonly Route[];
  readonly metrics: readonly MetricSource[];
  readonly runs: RetentionRuns;
  readonly holds: Holds;
  readonly policies: RetentionPolicies;
}

export function wireRetention(of: RetentionWiring): RetentionRoom {
  const { database, audit, sight, clock, archive: store, raise, isWell, tellDays } = of;
  const policies = new RetentionPolicies({ database, audit, sight, clock, onStated: tellDays });
  const plan = new ExpiryPlan(database, policies);
  const lock = new ArchiveLock(store, clock);
  const keeper = new HoldKeeper({ database, store, lock, clock });
  const days = new DaysKeeper({
    ...{ database, store, lock, clock, policies },
    retention: objectRetention(of.archiveRetention, { lock: 'enforced' }),
  });
  const oldest = new OldestFootage(database, { store, clock, policies, raise, isWell });
  const expiry = new Expiry({ database, store, audit, clock, plan, policies, catalogue: of.catalogue });
  const statement = new HoldStatement(database, store, of.identity);
  const holds = new Holds({ database, audit, sight, clock, shield: of.shield, worksOn: of.worksOn });
  const { approvals, coolingOffMs } = of;
  const cuts = new RetentionCuts({
    ...{ database, sight, clock, policies, approvals },
    coolingOffMs: of.cutAfterMs,
  });
  const releases = new HoldReleases({ database, audit, clock, holds, approvals, coolingOffMs });
  const runs = new RetentionRuns({
    ...{ database, audit, clock, statement, keeper, days, expiry, oldest, raise, isWell },
    tellDays,
    everyMs: of.everyMs,
    settleReleases: () => {
      releases.settle();
      cuts.settle();
    },
  });
  return {
    routes: [...holdRoutes(holds, releases), ...retentionRoutes({ policies, cuts, plan, oldest })],
    metrics: [
      {
        name: 'retention_refusing',
        help: '1 while retention removes nothing because holds are not as they were placed.',
        read: () => Number(runs.refusing),
      },
      {
        name: 'counters_with_short_footage',
        help: 'Counters whose oldest footage really there is younger than promised.',
        read: () => oldest.shortCounters(),
      },
      {
        name: 'segments_to_lock',
        help: 'Archived segments not yet looked at whether the archive holds them for their counter’s days.',
        read: () => days.waiting(),
      },
    ],
    runs,
    holds,
    policies,
  };
}
