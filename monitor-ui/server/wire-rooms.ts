import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Router } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import { unitIdSchema, type CounterId, type RecorderId, type UtcMs } from '@minhbach/shared/units-of-measure';
import {
  FirstStart,
  People,
  Sessions,
  SessionStore,
  Sight,
  SignIn,
  Units,
  type Action,
} from './access/index.ts';
import { alarmAsSeenBy, seesAlarm } from './alarms/index.ts';
import { approvalRoutes, Approvals } from './approvals/index.ts';
import { AuditLog, isAnythingSealed } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import { EntryBundler } from './catalogue/index.ts';
import { ExplainedTime } from './duty/index.ts';
import {
  AccountChanges,
  Aims,
  Enrolments,
  FleetPlaces,
  fleetRoutes,
  JobBoard,
  RecorderNews,
  Recorders,
  Sites,
  Sources,
  StoredMonitorIdentity,
  type FleetAnnouncements,
} from './fleet/index.ts';
import type { MetricSource } from './health/index.ts';
import {
  auditRoutes,
  sessionRoutes,
  type KeyCheck,
  type OriginCheck,
  type Route,
  type UpgradeRoute,
} from './http/index.ts';
import { asSeenBy, incidentRoutes, Incidents, type IncidentFact } from './incidents/index.ts';
import { RealtimeServer } from './realtime/index.ts';
import type { MonitorSettings } from './settings/index.ts';
import { Shield } from './shield/index.ts';
import { readSessionSecret } from './state-directory.ts';
import { wireAlarms } from './wire-alarms.ts';
import { BundleRuns } from './bundle-runs.ts';
import { wireComplaints, type ComplaintRoom } from './wire-complaints.ts';
import { wireDuty } from './wire-duty.ts';
import { wireEvidence } from './wire-evidence.ts';
import { wireMedia } from './wire-media.ts';
import { wireNotices } from './wire-notices.ts';
import { wireRetention } from './wire-retention.ts';
import { wireSweeps } from './wire-sweeps.ts';
import { wireTickets } from './wire-tickets.ts';
import { wireWitness } from './wire-witness.ts';

export interface RoomsParts {
  readonly settings: MonitorSettings;
  readonly database: MonitorDatabase;
  readonly clock: Clock;
  readonly archive: ObjectStore;
  readonly origins: OriginCheck;
  readonly secure: boolean;
  readonly logger: Logger;
  /** Built by `npm run build:web`. */
  readonly readMeFile: string;
  readonly onFault: (error: unknown) => void;
}

export interface Rooms {
  readonly routes: readonly Route[];
  readonly upgrades: readonly UpgradeRoute[];
  /** What seeing or deciding the kinds of approvals takes. */
  readonly approvalActions: readonly Action[];
  readonly publicPages: Router;
  readonly packageLinks: Router;
  readonly keys: KeyCheck;
  readonly sessions: Sessions;
  readonly realtime: RealtimeServer;
  readonly firstStart: FirstStart;
  readonly metrics: readonly MetricSource[];
  /** Ends what has expired. */
  sweep(): void;
  close(): Promise<void>;
  /** Resolves when no connection will write any more. */
  settled(): Promise<void>;
}

/** The monitor's rooms, wired to each other. What needs what is found here and nowhere else. */
export function wireRooms(parts: RoomsParts): Rooms {
  const { settings, database, clock, origins } = parts;
  const identity = StoredMonitorIdentity.open(join(settings.dataDirectory, 'identity.json'));
  const shield = Shield.open(settings.shield.keyFile, { mayMake: !isAnythingSealed(database) });
  const audit = new AuditLog(database, clock, shield);
  const people = new People(database);
  const units = new Units(database);
  const sessionStore = new SessionStore(database, clock, settings.session);
  const secret = readSessionSecret(settings.dataDirectory);
  const sessions = new Sessions({ store: sessionStore, people, units, secret, secureCookie: parts.secure });
  const signIn = new SignIn(people, settings.signIn);
  const firstStart = new FirstStart(people);
  const places = new FleetPlaces(database);
  const sight = new Sight(places);
  const explained = new ExplainedTime(database);
  const approvals = new Approvals({ database, audit, sight, clock, lifeMs: settings.approvals.lifeMs });
  const aims = new Aims(clock);
  const enrolments = new Enrolments(database, audit, identity.keyFingerprint);
  const heard = new Set<RecorderId>();
  const sources = new Sources(database, (id) => heard.has(id));
  /** Footage that people or machines found worth a look is archived before the rest. Never called for holds or complaints. */
  const wantFootage = (counterId: CounterId, from: UtcMs, to: UtcMs): void => {
    for (const { recorderId, sourceId } of sources.ofCounter(counterId)) {
      links.wantFootage(recorderId, { sourceId, from, to });
    }
  };
  const announceIncident = (fact: IncidentFact): void => {
    wantFootage(fact.counterId, fact.from, fact.to);
    realtime.tell(
      'incident',
      (actor) => sight.seesCounter(actor, fact.counterId),
      (actor) => [asSeenBy(actor, fact)],
    );
  };
  const incidents = new Incidents({ database, audit, sight, clock, announce: announceIncident });
  const witness = wireWitness({
    ...{ database, clock, audit, identity, enrolments, onFault: parts.onFault },
    dataDirectory: settings.dataDirectory,
    archive: parts.archive,
    headEveryMs: settings.ledger.headEveryMs,
    witnesses: settings.ledger.witnesses,
    recorders: () => recorders,
    isOnline: (id) => links.isOnline(id),
    alarms: () => alarms.watch,
  });
  const media = wireMedia({
    database,
    clock,
    audit,
    sight,
    sessions,
    identity,
    book: enrolments,
    news: () => heardByAll,
    heads: witness.heads,
    counterDays: (siteId) => retention.policies.daysAt(siteId),
    sources,
    aimUntil: (personId, sourceId) => aims.activeUntil(personId, sourceId),
    ownIncident: (incidentId, personId) => incidents.ownSpan(incidentId, personId),
    caseCovers: (actor, caseId, counterId, from, to) => work.cases.covers(actor, caseId, counterId, from, to),
    archive: parts.archive,
    dataDirectory: settings.dataDirectory,
    explain: (counterId, sourceId, spans) => explained.explain(counterId, sourceId, spans),
  });
  const { links } = media;
  const recorders = new Recorders(database, clock, (id) => links.isOnline(id));
  const realtime = new RealtimeServer({
    sessions,
    origins,
    bookmark: (actor, input) => incidents.create(actor, input),
    catchUp: (actor, afterSeq, limit) => incidents.list(actor, { afterSeq, limit }),
    catchUpAlarms: (actor, afterSeq, limit) => alarms.acts.list(actor, { afterSeq, limit }),
    onFault: parts.onFault,
  });
  const announcements: FleetAnnouncements = {
    sourceState(source) {
      media.sources.announce(source);
      const sees = (actor: Parameters<Sight['seesCounter']>[0]) => sight.seesCounter(actor, source.counterId);
      realtime.tell('sourceState', sees, () => [source]);
    },
    recorderState({ id, online }) {
      const siteId = recorders.row(id)?.site_id ?? '';
      realtime.tell(
        'recorderState',
        (actor) => sight.seesSite(actor, siteId),
        () => [{ id, online }],
      );
    },
    aimStarted(aim) {
      const counterId = sources.find(aim.sourceId)?.counterId ?? '';
      realtime.tell(
        'aimStarted',
        (actor) => sight.seesCounter(actor, counterId),
        () => [aim],
      );
    },
  };
  const announce = (): FleetAnnouncements => announcements;
  const news = new RecorderNews({ recorders, sources, heard, audit, announce });
  const sites = new Sites(database);
  const oversight = () =>
    units.list({ limit: 1_000 }).flatMap(({ id, oversight: oversees }) => (oversees ? [id] : []));
  const alarms = wireAlarms({
    ...{ database, clock, audit, recorders, sites, sources, logger: parts.logger, onFault: parts.onFault },
    settings: settings.alarms,
    wantFootage,
    oversight,
    isOnline: (id) => links.isOnline(id),
    clockOffsetMs: (id) => links.clockOffsetMs(id),
    isOnDuty: (counterId) => duty.isOnDuty(counterId),
    announce: (alarm) =>
      realtime.tell(
        'alarm',
        (actor) => seesAlarm(actor, alarm),
        (actor) => [alarmAsSeenBy(actor, alarm)],
      ),
  });
  const heardByAll = alarms.listening(news);
  const duty = wireDuty({
    approvals,
    ...{ database, audit, sight, places, clock, sites, sources, explained, onFault: parts.onFault },
    timelines: media.timelines,
    alarms: alarms.alarms,
    unexplainedAfterMs: settings.alarms.unexplainedAfterMs,
  });
  const tickets = wireTickets({
    ...{ database, audit, sight, places, clock, timelines: media.timelines },
    caseCovers: (actor, caseId, counterId, from, to) => work.cases.covers(actor, caseId, counterId, from, to),
    countersOf: (siteId) => sites.listCounters({ sight: { but: undefined }, siteId, limit: 10_000 }),
  });
  const sweeps = wireSweeps({
    ...{ database, audit, clock, places, media, archive: parts.archive, onFault: parts.onFault },
    settings: settings.sweeps,
    alarms: alarms.alarms,
    recorders: () => recorders.list({ sight: { but: undefined }, limit: 1_000_000 }).map(({ id }) => id),
    oversight,
  });
  const jobs = new JobBoard(links, clock);
  const retention = wireRetention({
    ...{
      database,
      audit,
      sight,
      shield,
      clock,
      identity,
      archive: parts.archive,
      catalogue: media.catalogue,
    },
    approvals,
    archiveRetention: settings.archive.retention,
    tellDays: () => links.tellCounterDays(),
    everyMs: settings.retention.everyMs,
    coolingOffMs: settings.approvals.holdReleaseAfterMs,
    cutAfterMs: settings.approvals.changeAfterMs,
    worksOn: (actor, caseId) => work.cases.isMember(caseId, actor.person.id),
    raise: (fault) => alarms.raiseRetention(fault),
    isWell: (kinds, counterId) => alarms.retentionIsWell(kinds, counterId),
  });
  retention.runs.start();
  const evidence = wireEvidence({
    ...{ database, audit, sight, clock, approvals, identity },
    ...{ catalogue: media.catalogue, sources: media.sources, bytes: media.bytes },
    ledgers: witness.extracts,
    shield,
    publicOrigin: settings.publicOrigins[0],
    caseCovers: (actor, caseId, counterId, from, to) => work.cases.covers(actor, caseId, counterId, from, to),
    readMeFile: parts.readMeFile,
    dataDirectory: settings.dataDirectory,
    onFault: parts.onFault,
  });
  const work: ComplaintRoom = wireComplaints({
    settings: settings.complaints,
    dataDirectory: settings.dataDirectory,
    ...{ database, audit, sight, clock, shield, people, units, onFault: parts.onFault },
    monitorId: identity.monitorId,
    holds: retention.holds,
    sitesOfUnit: (unitId) =>
      sites.list({ sight: { only: unitIdSchema.parse(unitId) }, limit: 10_000 }).map(({ id }) => id),
    incident: (actor, id) => incidents.find(actor, id),
    incidents: (actor, text, limit) => incidents.list(actor, { text, limit }),
    exportsOf: (caseId) => evidence.exports.ofCase(caseId),
    recipientName: (id) => evidence.recipients.nameOf(id),
    served: tickets.served.of,
    transactions: tickets.served.found,
    footage: (counterId, from, to) =>
      media.sources
        .sourcesOf(counterId)
        .flatMap(({ id, kind }) =>
          media.catalogue
            .footageIn(id, from, to)
            .map((piece) => ({ kind, from: piece.startUtcMs, to: piece.endUtcMs })),
        ),
  });
  const bundling = new BundleRuns({
    bundler: new EntryBundler(database, parts.archive, parts.onFault),
    archiver: witness.archiver,
    clock,
    everyMs: settings.retention.entriesEveryMs,
    onFault: parts.onFault,
  });
  const accounts = new AccountChanges({
    ...{ database, audit, clock, people, approvals, sessionStore },
    coolingOffMs: settings.approvals.changeAfterMs,
    foundingMs: settings.approvals.foundingMs,
  });
  const fleet = { database, clock, audit, sight, people, accounts, units, sessions, sessionStore, signIn };
  return {
    routes: [
      ...sessionRoutes({ database, sessions, signIn, people, units, firstStart, audit }),
      ...fleetRoutes({
        ...fleet,
        sites,
        recorders,
        enrolments,
        sources,
        aims,
        jobs,
        link: links,
        announce,
      }),
      ...duty.routes,
      ...incidentRoutes(incidents, audit),
      ...tickets.routes,
      ...wireNotices({
        ...{ database, audit, sight, clock, sites, settings: settings.notices },
        publicOrigin: settings.publicOrigins[0],
      }),
      ...alarms.routes,
      ...retention.routes,
      ...sweeps.routes,
      ...approvalRoutes(approvals),
      ...evidence.routes,
      ...work.routes,
      ...media.routes,
      ...auditRoutes(audit),
      ...witness.routes,
    ],
    upgrades: media.upgrades,
    approvalActions: approvals.actions,
    publicPages: work.publicPages,
    packageLinks: evidence.packageLinks,
    keys: tickets.keys,
    sessions,
    realtime,
    firstStart,
    metrics: [
      ...alarms.metrics,
      ...retention.metrics,
      ...sweeps.metrics,
      ...witness.metrics,
      {
        name: 'realtime_connections',
        help: 'Pages connected by Socket.IO.',
        read: () => realtime.connections,
      },
      {
        name: 'recorders_heard',
        help: 'Recorders connected that told of their sources.',
        read: () => heard.size,
      },
      {
        name: 'sources_not_recording',
        help: 'Registered sources that do not say that they record now.',
        read: () =>
          sources
            .all()
            .filter((source) => source.retiredAt === undefined && sources.shown(source).state !== 'recording')
            .length,
      },
    ],
    sweep() {
      sessionStore.sweep();
      approvals.expire();
      accounts.settle();
    },
    async close() {
      jobs.close();
      duty.close();
      work.close();
      await evidence.close();
      await Promise.all([
        media.close(),
        alarms.close(),
        retention.runs.close(),
        sweeps.close(),
        bundling.close(),
      ]);
    },
    async settled() {
      for (let tries = 0; heard.size > 0 && tries < 100; tries += 1) await delay(10);
      witness.close();
    },
  };
}
