import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import { parseVerifierKey, witnessName } from '@minhbach/shared/ledger';
import { archivedHeadsText, type ObjectStore } from '@minhbach/shared/object-store';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor } from './access/index.ts';
import { AuditEntries, type AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { Enrolments, Recorders, StoredMonitorIdentity } from './fleet/index.ts';
import type { MetricSource } from './health/index.ts';
import type { Route } from './http/index.ts';
import {
  HeadWatch,
  HeadWitness,
  LedgerArchiver,
  LedgerExtracts,
  ledgerCopyRoutes,
  ledgerRoutes,
  LedgerTrees,
  OwnLedger,
  PromisedHeads,
  RecorderLedgers,
  WitnessKey,
} from './witness/index.ts';

const lookEveryMs = 5_000;
/** Three heads late. */
const deadMs = 180_000;
const everything = { sight: { but: undefined }, limit: 1_000_000 } as const;

export interface WitnessWiring {
  readonly database: MonitorDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly identity: StoredMonitorIdentity;
  readonly enrolments: Enrolments;
  readonly dataDirectory: string;
  readonly archive: ObjectStore;
  /** How often this monitor signs a head of its own ledger. */
  readonly headEveryMs: number;
  /** Keys of witnesses elsewhere, as the settings have them. */
  readonly witnesses: readonly string[];
  readonly recorders: () => Recorders;
  readonly isOnline: (recorderId: RecorderId) => boolean;
  readonly alarms: () => {
    headRefused(recorderId: RecorderId, evidence: string): void;
    headLooked(recorderId: RecorderId, overdue: boolean): void;
  };
  readonly onFault: (error: unknown) => void;
}

/** Ledgers of recorders and of this monitor, wired to each other. */
export interface WitnessRoom {
  readonly heads: HeadWitness;
  readonly extracts: LedgerExtracts;
  readonly archiver: LedgerArchiver;
  readonly key: WitnessKey;
  readonly routes: readonly Route[];
  readonly metrics: readonly MetricSource[];
  /** Signs a last head of the own ledger. */
  close(): void;
}

export function wireWitness(of: WitnessWiring): WitnessRoom {
  const { database, clock, identity, enrolments } = of;
  const trees = new LedgerTrees(database);
  const ledgers = new RecorderLedgers(database);
  const entries = new AuditEntries(database);
  const key = WitnessKey.open(join(of.dataDirectory, 'witness-key.json'), witnessName(identity.monitorId));
  const publicKeyOf = (recorderId: RecorderId) => enrolments.find(recorderId)?.publicKey;
  const outside = of.witnesses.map((text) => parseVerifierKey(text));
  const own = new OwnLedger({ trees, clock, identity, entries });
  const watch = new HeadWatch({
    ...{ trees, ledgers, clock, deadMs, isOnline: of.isOnline },
    recorders: () => allRecorders(of).map(({ id }) => id),
    onLook: (recorderId, overdue) => of.alarms().headLooked(recorderId, overdue),
  });
  const shownLedgers = {
    ...{ trees, ledgers, publicKeyOf, own: entries },
    ...{ monitorId: identity.monitorId, monitorPublicKey: identity.publicKey },
    recorders: (actor: Actor) => of.recorders().list({ sight: unitSight(actor), limit: 1_000_000 }),
  };
  const guarded = (work: () => void) => (): void => {
    try {
      work();
    } catch (error) {
      of.onFault(error);
    }
  };
  const signOwn = guarded(() => own.sign());
  const timers = [
    setInterval(signOwn, of.headEveryMs),
    setInterval(
      guarded(() => watch.sweep()),
      lookEveryMs,
    ),
  ];
  return {
    heads: new HeadWitness({
      ...{ trees, ledgers, key, clock, publicKeyOf, promises: new PromisedHeads(database) },
      onRefused: (recorderId, _why, message) => of.alarms().headRefused(recorderId, message),
    }),
    archiver: new LedgerArchiver({
      ...{ database, trees, store: of.archive, own: { origin: own.origin, texts: entries.texts } },
      state: (heads) => {
        of.audit.append({ kind: 'heads-archived', subject: { heads: archivedHeadsText(heads) } });
      },
    }),
    extracts: new LedgerExtracts({ trees, ledgers, publicKeyOf, outside }),
    key,
    routes: [...ledgerRoutes(shownLedgers), ...ledgerCopyRoutes({ ...shownLedgers, outside })],
    metrics: [
      {
        name: 'ledger_head_age_seconds_max',
        help: 'Age of the oldest newest head among linked recorders; 0 when none is linked.',
        read: () => oldestHeadSeconds(of, watch),
      },
    ],
    close() {
      for (const timer of timers) clearInterval(timer);
      signOwn();
    },
  };
}

function allRecorders(of: WitnessWiring) {
  return of.recorders().list(everything);
}

function oldestHeadSeconds(of: WitnessWiring, watch: HeadWatch): number {
  const now = of.clock.wallNow();
  const ages = allRecorders(of).flatMap(({ id }) => {
    const at = of.isOnline(id) ? watch.newestAt(id) : undefined;
    return at === undefined ? [] : [(now - at) / 1000];
  });
  return Math.max(0, ...ages);
}
