import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import type { AuditEntry, IncidentInput, Role } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  newId,
  personIdSchema,
  siteIdSchema,
  unitIdSchema,
  utcMs,
  type CounterId,
  type PersonId,
  type RecorderId,
} from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import {
  accessSchema,
  People,
  Sessions,
  SessionStore,
  Sight,
  Units,
} from '../../monitor-ui/server/access/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { AuditLog, auditSchema } from '../../monitor-ui/server/audit/index.ts';
import { catalogueSchema } from '../../monitor-ui/server/catalogue/index.ts';
import { MonitorDatabase } from '../../monitor-ui/server/database/index.ts';
import {
  Aims,
  Enrolments,
  FleetPlaces,
  fleetSchema,
  RecorderNews,
  Recorders,
  Sources,
  StoredMonitorIdentity,
} from '../../monitor-ui/server/fleet/index.ts';
import { defineRoute, OriginCheck, problemOf, routeUpgrades } from '../../monitor-ui/server/http/index.ts';
import { mountRoutes } from '../../monitor-ui/server/http/mount-routes.ts';
import { playbackSchema } from '../../monitor-ui/server/playback/index.ts';
import { notSignedIn } from '../../monitor-ui/server/problem/index.ts';
import { wireMedia, type MediaRooms } from '../../monitor-ui/server/wire-media.ts';

type OwnIncident = Pick<IncidentInput, 'counterId'> & { from: number; to: number };

/** The media rooms of a monitor, on a real port, behind real sessions; people sign in by role and the fleet is small. */
export interface MediaMonitor {
  readonly url: string;
  readonly rooms: MediaRooms;
  readonly counterId: CounterId;
  /** A counter of another unit, which only oversight sees. */
  readonly foreignCounterId: CounterId;
  readonly incidents: Map<string, OwnIncident & { readonly personId: PersonId }>;
  readonly aims: Aims;
  /** Milliseconds its wall clock is ahead of the real one. */
  clockAheadMs: number;
  enrolmentSecret(): string;
  /** Signs a new person of this role in, as one of the counter's unit unless `oversight`; answers the cookie. */
  signIn(role: Role, where?: 'unit' | 'oversight'): Promise<SignedInTester>;
  audit(kind: string): AuditEntry[];
  readonly database: MonitorDatabase;
  close(): Promise<void>;
}

/** The one case that covers everything here. */
export const coveringCaseId = '01990000-0000-7000-8000-000000000001';

export interface SignedInTester {
  readonly personId: PersonId;
  readonly headers: { readonly cookie: string; readonly origin: string };
  get(path: string, headers?: Record<string, string>): Promise<globalThis.Response>;
  post(path: string, body: unknown): Promise<globalThis.Response>;
  signOut(): Promise<void>;
}

export async function startMediaMonitor(archive?: ObjectStore): Promise<MediaMonitor> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'media-monitor-'));
  const steps = [accessSchema, auditSchema, fleetSchema, catalogueSchema, playbackSchema].flat();
  const database = await MonitorDatabase.open(join(dataDirectory, 'monitor.db'), steps);
  const state = { clockAheadMs: 0 };
  const clock: Clock = {
    wallNow: () => utcMs(Date.now() + state.clockAheadMs),
    monotonicNowMs: () => performance.now(),
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  };
  const audit = new AuditLog(database, clock, Shield.ofKey(Buffer.alloc(32)));
  const [people, units, aims] = [new People(database), new Units(database), new Aims(clock)];
  const store = new SessionStore(database, clock, { idleMs: 8 * 3_600_000, absoluteMs: 12 * 3_600_000 });
  const sessions = new Sessions({ store, people, units, secret: 'x'.repeat(32), secureCookie: false });
  const heard = new Set<RecorderId>();
  const sources = new Sources(database, (id) => heard.has(id));
  const identity = StoredMonitorIdentity.open(join(dataDirectory, 'identity.json'));
  const incidents: MediaMonitor['incidents'] = new Map();

  const [unitId, oversightId, otherUnitId] = [newId(unitIdSchema), newId(unitIdSchema), newId(unitIdSchema)];
  const [siteId, otherSiteId] = [newId(siteIdSchema), newId(siteIdSchema)];
  const [counterId, foreignCounterId] = [newId(counterIdSchema), newId(counterIdSchema)];
  const insert = (table: string, ...values: (string | number | null)[]) =>
    database.sqlite.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
  insert('unit', unitId, 'Unit', 0);
  insert('unit', oversightId, 'Oversight', 1);
  insert('unit', otherUnitId, 'Other', 0);
  insert('site', siteId, 'Site', unitId);
  insert('site', otherSiteId, 'Other site', otherUnitId);
  insert('counter', counterId, 'Counter', siteId, 0);
  insert('counter', foreignCounterId, 'Foreign counter', otherSiteId, 0);
  const maker = newId(personIdSchema);
  insert('person', maker, 'maker', 'Maker', 'administrator', unitId, 1, '-', 0, null);

  const enrolments = new Enrolments(database, audit, identity.keyFingerprint);
  const recorders = new Recorders(database, clock, (id) => rooms.links.isOnline(id));
  const news = new RecorderNews({
    recorders,
    sources,
    heard,
    audit,
    announce: () => ({
      sourceState: (source) => rooms.sources.announce(source),
      recorderState: () => undefined,
      aimStarted: () => undefined,
    }),
  });
  const rooms: MediaRooms = wireMedia({
    database,
    clock,
    audit,
    sight: new Sight(new FleetPlaces(database)),
    sessions,
    identity,
    book: enrolments,
    news: () => Object.assign(news, { faultsKnown: () => undefined, entriesStored: () => undefined }),
    sources,
    counterDays: () => [],
    heads: { witness: () => ({ outcome: 'refused', why: 'ahead', message: 'no witness in this test' }) },
    aimUntil: (personId, sourceId) => aims.activeUntil(personId, sourceId),
    caseCovers: (_actor, caseId) => caseId === coveringCaseId,
    ownIncident: (incidentId, personId) => {
      const incident = incidents.get(incidentId);
      return incident?.personId === personId
        ? { counterId: incident.counterId, from: utcMs(incident.from), to: utcMs(incident.to) }
        : undefined;
    },
    archive,
    dataDirectory,
    explain: (_counterId, _sourceId, spans) => [...spans],
  });

  const origins = new OriginCheck({ secure: false, publicOrigins: [] });
  const signInAs = defineRoute({
    method: 'post',
    path: '/test-session',
    action: 'public',
    summary: 'Signs in without a password.',
    body: z.strictObject({ personId: personIdSchema.optional() }),
    answer: { status: 204, schema: 'none' },
    handle: ({ request, body }) =>
      body.personId ? sessions.start(request, body.personId) : sessions.end(request),
  });
  const app = express();
  const keys = () => Promise.reject(notSignedIn());
  app.use('/api/v1', mountRoutes([...rooms.routes, signInAs], { sessions, origins, keys, clock }));
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const problem = problemOf(error);
    if (problem.status === 500)
      process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
    response.status(problem.status).json(problem);
  });
  const server = createServer(app);
  routeUpgrades(server, rooms.upgrades, origins);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    rooms,
    counterId,
    foreignCounterId,
    incidents,
    aims,
    get clockAheadMs() {
      return state.clockAheadMs;
    },
    set clockAheadMs(aheadMs) {
      state.clockAheadMs = aheadMs;
    },
    enrolmentSecret: () => enrolments.make(siteId, maker, clock.wallNow()).code.split('.')[2] ?? '',
    signIn: async (role, where = 'unit') => {
      const personId = newId(personIdSchema);
      insert(
        'person',
        personId,
        personId,
        role,
        role,
        where === 'unit' ? unitId : oversightId,
        1,
        '-',
        0,
        null,
      );
      const post = (cookie: string, body: unknown, path = '/test-session') =>
        fetch(`${url}/api/v1${path}`, {
          method: 'POST',
          headers: { origin: url, cookie, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const cookie = (await post('', { personId })).headers.get('set-cookie')?.split(';')[0] ?? '';
      return {
        personId,
        headers: { cookie, origin: url },
        get: (path, headers = {}) =>
          fetch(path.startsWith('/api') ? url + path : `${url}/api/v1${path}`, {
            headers: { cookie, ...headers },
          }),
        post: (path, body) => post(cookie, body, path),
        signOut: async () => void (await post(cookie, {})),
      };
    },
    database,
    audit: (kind) => audit.list({ kind, limit: 1000 }).reverse(),
    close: async () => {
      await rooms.close();
      server.closeAllConnections();
      server.close();
      database.close();
      await rm(dataDirectory, { recursive: true });
    },
  };
}
