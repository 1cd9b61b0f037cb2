import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { CounterId, RecorderId, UnitId, UtcMs } from '@minhbach/shared/units-of-measure';
import {
  AlarmActs,
  AlarmFootage,
  alarmMessage,
  alarmRoutes,
  Alarms,
  AlarmStore,
  DailySummary,
  FleetWatch,
  openChannels,
  Outbox,
  OutboxSender,
  retentionSightings,
  summaryMessage,
  type AlarmFact,
} from './alarms/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { RecorderNews, Recorders, Sites, Sources } from './fleet/index.ts';
import type { MetricSource } from './health/index.ts';
import type { Route } from './http/index.ts';
import type { RetentionFault } from './retention/index.ts';
import type { AlarmSettings } from './settings/index.ts';
import type { UplinkListener } from './uplink/index.ts';

const sweepEveryMs = 500;
const summaryEveryMs = 30_000;
const everything = { sight: { but: undefined }, limit: 1_000_000 } as const;

export interface AlarmWiring {
  readonly settings: AlarmSettings;
  readonly database: MonitorDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly logger: Logger;
  readonly recorders: Recorders;
  readonly sites: Sites;
  readonly sources: Sources;
  readonly isOnline: (recorderId: RecorderId) => boolean;
  readonly clockOffsetMs: (recorderId: RecorderId) => number;
  readonly isOnDuty: (counterId: CounterId) => boolean;
  readonly announce: (alarm: AlarmFact) => void;
  /** This footage is to be archived before the rest. */
  readonly wantFootage: (counterId: CounterId, from: UtcMs, to: UtcMs) => void;
  /** Who owns what concerns no single site. */
  readonly oversight: () => readonly UnitId[];
  readonly onFault: (error: unknown) => void;
}

export interface AlarmRoom {
  readonly acts: AlarmActs;
  raiseRetention(fault: RetentionFault): void;
  /** Faults of these kinds were looked for and are not there. */
  retentionIsWell(kinds: readonly RetentionFault['kind'][], counterId?: CounterId): void;
  /** For other rooms that see what somebody must own. */
  readonly alarms: Alarms;
  readonly routes: readonly Route[];
  readonly metrics: readonly MetricSource[];
  readonly watch: Pick<FleetWatch, 'headRefused' | 'headLooked'>;
  /** The fleet hears first, so that what is announced of an alarm's place is already so. */
  listening(news: RecorderNews): Omit<UplinkListener, 'openSegmentsKnown'>;
  close(): Promise<void>;
}

export function wireAlarms(of: AlarmWiring): AlarmRoom {
  const { settings, database, clock, audit, logger, recorders, sites, sources } = of;
  const channels = openChannels(settings, clock);
  const outbox = new Outbox(database, clock);
  outbox.useChannels(channels.map(({ name }) => name));
  const store = new AlarmStore(database);
  const footage = new AlarmFootage();
  const alarms = new Alarms({
    ...{ database, store, audit, clock, rules: settings },
    announce(alarm) {
      const span = footage.spanOf(alarm);
      if (span !== undefined) of.wantFootage(span.counterId, span.from, span.to);
      of.announce(alarm);
    },
    outward: (event, alarm) => outbox.put(alarmMessage(event, alarm, clock.wallNow())),
  });
  const acts = new AlarmActs(alarms, store, clock);
  const watch = new FleetWatch({
    ...{ alarms, clock, rules: settings, isOnline: of.isOnline, clockOffsetMs: of.clockOffsetMs },
    isOnDuty: of.isOnDuty,
    recorders: () => recorders.list(everything),
    siteOf: (recorderId) => recorders.row(recorderId)?.site_id,
    sourceOf: (sourceId) => sources.find(sourceId),
  });
  const summary = new DailySummary({
    ...{ alarms, database, clock, at: settings.summaryAt },
    counters: () => countersOf(sites, sources),
    outward: (figures) => outbox.put(summaryMessage(figures, clock.wallNow())),
  });
  const senders = channels.map((channel) => new OutboxSender({ outbox, channel, clock, logger }));
  const every = (periodMs: number, work: () => void): NodeJS.Timeout =>
    setInterval(() => {
      try {
        work();
      } catch (error) {
        of.onFault(error);
      }
    }, periodMs);
  const timers = [
    every(sweepEveryMs, () => {
      watch.sweep();
      alarms.escalate();
    }),
    every(summaryEveryMs, () => summary.sweep()),
  ];
  return {
    acts,
    raiseRetention(fault) {
      logger.error({ kind: fault.kind }, fault.sentence);
      const siteOf = (counterId: CounterId) => sites.findCounter(counterId)?.siteId;
      for (const sighting of retentionSightings(fault, clock.wallNow(), { siteOf, oversight: of.oversight }))
        alarms.raise(sighting);
    },
    retentionIsWell(kinds, counterId) {
      for (const kind of kinds) {
        for (const place of counterId === undefined ? of.oversight() : [counterId])
          alarms.end(`${kind}:${place}`);
      }
    },
    alarms,
    watch,
    routes: alarmRoutes(acts),
    metrics: [
      { name: 'alarms_open', help: 'Alarms nobody has closed.', read: () => store.openCount() },
      { name: 'outbox_waiting', help: 'Messages not yet told outside.', read: () => outbox.waiting() },
    ],
    listening: (news) => ({
      recorderOnline(recorderId) {
        news.recorderOnline(recorderId);
        watch.recorderOnline(recorderId);
      },
      recorderOffline(recorderId) {
        news.recorderOffline(recorderId);
        watch.recorderOffline(recorderId);
      },
      sourcesKnown(recorderId, statuses) {
        news.sourcesKnown(recorderId, statuses);
        watch.sourcesKnown(recorderId, statuses);
      },
      sourceChanged(recorderId, status) {
        news.sourceChanged(recorderId, status);
        watch.sourceChanged(recorderId, status);
      },
      statusReported(recorderId, report) {
        news.statusReported(recorderId, report);
        watch.statusReported(recorderId);
      },
      faultsKnown: (recorderId, faults) => watch.faultsKnown(recorderId, faults),
      entriesStored: (recorderId, entries) => watch.entriesStored(recorderId, entries),
      identityUsedTwice(recorderId, remoteAddress, at) {
        news.identityUsedTwice(recorderId, remoteAddress);
        watch.identityUsedTwice(recorderId, at);
      },
      recorderMisbehaved: (recorderId, sentence) => news.recorderMisbehaved(recorderId, sentence),
    }),
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(senders.map((sender) => sender.close()));
    },
  };
}

function countersOf(sites: Sites, sources: Sources) {
  const siteOf = new Map(sites.list(everything).map((site) => [site.id, site]));
  const counters = sites.listCounters(everything);
  const known = sources
    .ofCounters(counters.map(({ id }) => id))
    .filter(({ retiredAt }) => retiredAt === undefined);
  return counters.flatMap((counter) => {
    const site = siteOf.get(counter.siteId);
    if (site === undefined) return [];
    const own = known.filter(({ counterId }) => counterId === counter.id);
    return [
      { unitId: site.unitId, siteName: site.name, sources: own.map((source) => sources.shown(source)) },
    ];
  });
}
