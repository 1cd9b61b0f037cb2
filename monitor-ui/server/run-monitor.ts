import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import { ArchiveWatch, openObjectStore } from '@minhbach/shared/object-store';
import { isRebuildUnfinished } from './catalogue/index.ts';
import { MonitorDatabase } from './database/index.ts';
import { healthHandlers, metricsHandler, metricsRegistry } from './health/index.ts';
import { createApp, OriginCheck, routeUpgrades } from './http/index.ts';
import { closeListener, createListener, listen } from './listener.ts';
import { databaseSchema } from './schema.ts';
import { isLoopback, type MonitorSettings } from './settings/index.ts';
import { openStateDirectory, reasonOf, StartError } from './state-directory.ts';
import { wireRooms, type Rooms } from './wire-rooms.ts';

export interface Monitor {
  /** What it listens on, also when the settings said port 0. */
  readonly port: number;
  readonly metricsPort: number | undefined;
  /** Shown once, while nobody is known. */
  readonly firstStartCode: string | undefined;
  /** Every route with its action, for tests that walk them. */
  readonly routes: Rooms['routes'];
  /** And whatever else can be reached: upgrades, kinds of approvals, and all that is mounted. */
  readonly reach: Pick<Rooms, 'upgrades' | 'approvalActions'> & { readonly apps: readonly Express[] };
  stop(): Promise<void>;
}

export interface MonitorParts {
  readonly settings: MonitorSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly webDirectory?: string;
}

const graceMs = 2_000;
const sweepEveryMs = 2_000;

/** Builds the parts, wires them and listens. Rejects with `StartError` for what an operator must mend. */
export async function startMonitor({
  settings,
  logger,
  clock,
  webDirectory,
}: MonitorParts): Promise<Monitor> {
  const secure = settings.tls !== undefined;
  openStateDirectory(settings.dataDirectory);
  const metricsToken = readToken(settings.metrics.bearerTokenFile);
  const archive = await openObjectStore(settings.archive);
  const database = await MonitorDatabase.open(join(settings.dataDirectory, 'monitor.db'), databaseSchema);
  if (isRebuildUnfinished(database)) {
    database.close();
    throw new StartError('a rebuild of the catalogue has not ended: run npm run rebuild-catalogue again');
  }
  const origins = new OriginCheck({ secure, publicOrigins: settings.publicOrigins });
  const onFault = (error: unknown): void => logger.error({ err: error }, 'a request failed');
  const readMeFile = fileURLToPath(new URL('../read-me/READ-ME.html', import.meta.url));
  const rooms = wireRooms({
    ...{ settings, database, clock, archive, origins, secure, logger, readMeFile, onFault },
  });
  let stopping = false;
  const watching = new AbortController();
  // A key that may only read can try little; that is said, and tried ever more seldom.
  const watch = new ArchiveWatch({
    ...{ store: archive, retention: settings.archive.retention, clock, logger },
    pauses: { firstMs: 5_000, maxMs: 3_600_000 },
    onChanged: () => undefined,
  });
  const health = healthHandlers(() => !stopping && database.sqlite.prepare('SELECT 1').get() !== undefined);
  const registry = metricsRegistry([
    ...rooms.metrics,
    {
      name: 'archive_lock_enforced',
      help: 'Whether locks were seen to hold when the archive was last tried out; 0 also before.',
      read: () => Number(watch.standing.standing === 'usable' && watch.standing.probe.lock === 'enforced'),
    },
    {
      name: 'archive_refused',
      help: 'Whether the archive was last seen to lie about locks, or not to lock as it was asked to.',
      read: () => Number(watch.standing.standing === 'refused'),
    },
  ]);
  const app = createApp({
    routes: rooms.routes,
    publicPages: rooms.publicPages,
    trustedProxies: settings.trustedProxies,
    packageLinks: rooms.packageLinks,
    sessions: rooms.sessions,
    origins,
    keys: rooms.keys,
    clock,
    secure,
    webDirectory: webDirectory ?? fileURLToPath(new URL('../web', import.meta.url)),
    ...health,
    metrics: metricsToken === undefined ? undefined : metricsHandler(registry, metricsToken),
    onFault: (error, request) =>
      // Neither query nor body: both may hold what nobody else may read.
      logger.error({ err: error, method: request.method, path: request.path }, 'a request failed'),
  });
  const server = createListener(settings.tls, app);
  rooms.realtime.attach(server);
  // Socket.IO listens for its own upgrades and asks the same questions.
  const socketIo = { path: '/socket.io/', handle: () => undefined } as const;
  const upgrades = [...rooms.upgrades, socketIo];
  routeUpgrades(server, upgrades, origins);
  const apps = [app];
  let metricsServer: Server | undefined;
  try {
    const port = await listen(server, settings.listen);
    const { listen: metricsAt } = settings.metrics;
    if (metricsAt) {
      const metricsApp = express();
      metricsApp.get('/metrics', metricsHandler(registry));
      apps.push(metricsApp);
      metricsServer = createListener(isLoopback(metricsAt.host) ? undefined : settings.tls, metricsApp);
      await listen(metricsServer, metricsAt);
    }
    const watched = watch.run(watching.signal);
    const sweep = setInterval(() => rooms.sweep(), sweepEveryMs);
    return {
      port,
      metricsPort: portOf(metricsServer),
      firstStartCode: rooms.firstStart.code,
      routes: rooms.routes,
      reach: { upgrades, approvalActions: rooms.approvalActions, apps },
      async stop() {
        stopping = true;
        clearInterval(sweep);
        watching.abort();
        await watched;
        rooms.realtime.close();
        const closed = closeListener(server, graceMs);
        await rooms.close();
        await Promise.all([closed, metricsServer && closeListener(metricsServer, graceMs)]);
        // Sockets tell of their end before the database they tell it to is closed.
        await rooms.settled();
        database.close();
        await archive.close();
      },
    };
  } catch (error) {
    await rooms.close();
    server.close();
    database.close();
    throw error;
  }
}

function portOf(server: Server | undefined): number | undefined {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

function readToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new StartError(`metrics.bearerTokenFile: ${file} cannot be read (${reasonOf(cause)})`, { cause });
  }
  if (token.length < 16)
    throw new StartError(`metrics.bearerTokenFile: ${file} holds fewer than 16 characters`);
  return token;
}
