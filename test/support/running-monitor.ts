import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { systemClock, type Clock } from '@minhbach/shared/clock';
import { roleSchema, type Role } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { monitorSettingsSchema } from '../../monitor-ui/server/settings/monitor-settings.ts';
import { startMonitor, type Monitor } from '../../monitor-ui/server/run-monitor.ts';
import { ScriptedRecorder } from './scripted-recorder.ts';
import { caller, signedIn, type Caller } from './signed-in.ts';

export const testPassword = 'mật khẩu thử nghiệm';

/** A whole monitor of its own, in a temporary directory, on a free port. */
export class RunningMonitor {
  readonly origin: string;
  readonly anonymous: Caller;
  readonly directory: string;
  readonly monitor: Monitor;
  readonly clock: ShiftedClock;
  /** Everything it logged. */
  readonly log: string[];

  private constructor(monitor: Monitor, directory: string, clock: ShiftedClock, log: string[]) {
    this.monitor = monitor;
    this.directory = directory;
    this.clock = clock;
    this.log = log;
    this.origin = `http://127.0.0.1:${monitor.port}`;
    this.anonymous = caller(this.origin, '');
  }

  static async start(
    options: {
      readonly directory?: string;
      readonly settings?: Record<string, unknown>;
      /** Serves the pages that `npm run build:web` made. */
      readonly pages?: boolean;
    } = {},
  ): Promise<RunningMonitor> {
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'minh-bach-monitor-')));
    const settings = {
      ...monitorSettingsSchema.parse({
        listen: { port: 0 },
        dataDirectory: join(directory, 'data'),
        archive: { type: 'directory', path: join(directory, 'archive') },
        ...options.settings,
      }),
      shield: { keyFile: join(directory, 'data', 'shield.key') },
    };
    const log: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(line) });
    const clock = new ShiftedClock();
    const built = fileURLToPath(new URL('../../monitor-ui/dist/web', import.meta.url));
    const webDirectory = options.pages === true ? built : join(directory, 'web');
    const monitor = await startMonitor({ settings, logger, clock, webDirectory });
    return new RunningMonitor(monitor, directory, clock, log);
  }

  /** The first administrator, signed in. */
  async begin(): Promise<Caller> {
    return firstAdministrator(this.origin, this.monitor.firstStartCode);
  }

  async signIn(username: string): Promise<Caller> {
    return signedIn(this.origin, username, testPassword);
  }

  async stop(): Promise<void> {
    await this.monitor.stop();
    // What tries the archive out may still be taking its own objects away.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Starts a new monitor; answers its first administrator, signed in. */
export async function firstAdministrator(origin: string, code: string | undefined): Promise<Caller> {
  const started = await caller(origin, '').call('POST', '/first-start', {
    code,
    unitName: 'Trung tâm giám sát',
    username: 'admin',
    displayName: 'Quản trị',
    password: testPassword,
  });
  if (started.status !== 201) throw new Error(`first start: ${JSON.stringify(started.body)}`);
  return signedIn(origin, 'admin', testPassword);
}

/** Real time, moved forward when a test says so. */
export class ShiftedClock implements Clock {
  forwardMs = 0;
  wallNow = () => utcMs(Date.now() + this.forwardMs);
  monotonicNowMs = () => performance.now();
  sleep: Clock['sleep'] = async (durationMs, signal) => systemClock.sleep(durationMs, signal);
}

export interface Organisation {
  readonly admin: Caller;
  /** One person of each role in the oversight unit, named after the role. */
  readonly people: Readonly<Record<Role, Caller>>;
  readonly oversightUnitId: string;
  readonly unitAId: string;
  readonly unitBId: string;
  readonly siteA: string;
  readonly siteB: string;
  readonly counterA: string;
  readonly counterB: string;
}

/** Two units with a site and a counter each, and a person of every role who oversees both. */
export async function makeOrganisation(
  monitor: Pick<RunningMonitor, 'begin' | 'signIn'>,
): Promise<Organisation> {
  const admin = await monitor.begin();
  const made = async (path: string, body: unknown): Promise<string> => {
    const answer = await admin.call('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body.id as string;
  };
  const me = (await admin.call('GET', '/me')).body;
  const oversightUnitId = me.unit.id as string;
  await admin.call('PATCH', `/people/${me.person.id}`, { staffNumber: 'NV-administrator' });
  const unitAId = await made('/units', { name: 'UBND phường A', oversight: false });
  const unitBId = await made('/units', { name: 'UBND phường B', oversight: false });
  const siteA = await made('/sites', { name: 'Điểm A', unitId: unitAId });
  const siteB = await made('/sites', { name: 'Điểm B', unitId: unitBId });
  const counterA = await made('/counters', { name: 'Quầy A', siteId: siteA });
  const counterB = await made('/counters', { name: 'Quầy B', siteId: siteB });
  const people: Partial<Record<Role, Caller>> = { administrator: admin };
  for (const role of roleSchema.options) {
    if (role === 'administrator') continue;
    await made('/people', {
      username: role,
      displayName: role,
      role,
      unitId: oversightUnitId,
      password: testPassword,
      staffNumber: `NV-${role}`,
    });
    people[role] = await monitor.signIn(role);
  }
  return {
    admin,
    people: people as Record<Role, Caller>,
    oversightUnitId,
    unitAId,
    unitBId,
    siteA,
    siteB,
    counterA,
    counterB,
  };
}

/** A recorder enrolled at a site by its one-time code, connected. */
export async function enrolledRecorder(
  monitor: RunningMonitor,
  admin: Caller,
  siteId: string,
): Promise<ScriptedRecorder> {
  const { body } = await admin.call('POST', '/recorders/enrolments', { siteId });
  const recorder = new ScriptedRecorder(monitor.origin.replace('http', 'ws'));
  await recorder.connect({ secret: (body.code as string).split('.')[2] ?? '', name: 'máy ghi' });
  return recorder;
}
