import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import type { Actor, Sight } from './access/index.ts';
import type { Approvals } from './approvals/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { Catalogue } from './catalogue/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { MetricSource } from './health/index.ts';
import type { Route } from './http/index.ts';
import {
  ArchiveLock,
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
  readonly raise: RaiseRetentionFault;
  readonly isWell: RetentionIsWell;
}

/** Policies, holds and expiry, wired to each other. */
export interface RetentionRoom {
  readonly routes: readonly Route[];
  readonly metrics: readonly MetricSource[];
  readonly runs: RetentionRuns;
  readonly holds: Holds;
}

export function wireRetention(of: RetentionWiring): RetentionRoom {
  const { database, audit, sight, clock, archive: store, raise, isWell } = of;
  const policies = new RetentionPolicies({ database, audit, sight, clock });
  const plan = new ExpiryPlan(database, policies);
  const lock = new ArchiveLock(store, clock);
  const keeper = new HoldKeeper({ database, store, lock, clock });
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
    ...{ database, audit, clock, statement, keeper, expiry, oldest, raise, isWell },
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
    ],
    runs,
    holds,
  };
}
