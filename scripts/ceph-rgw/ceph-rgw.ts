import { execFile } from 'node:child_process';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cephConf, monitorAddresses, type CephLayout } from './ceph-conf.ts';
import { Daemon } from './daemon.ts';
import { freePorts } from './free-ports.ts';

const run = promisify(execFile);
const programs = ['ceph-mon', 'ceph-osd', 'ceph', 'radosgw', 'radosgw-admin', 'monmaptool', 'setpriv'];

/** Programs of Debian's ceph-mon, ceph-osd, ceph-common, radosgw and util-linux that are not on this machine. */
export function missingCephPrograms(): string[] {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return programs.filter((program) => !path.some((directory) => isExecutable(join(directory, program))));
}

/** A real S3 server that enforces object locks, for tests: nothing of it outlives `stop` or this process. */
export class CephRgw {
  readonly endpoint: string;
  readonly accessKey = 'test-access';
  readonly secretKey = randomBytes(15).toString('hex');
  readonly #layout: CephLayout;
  readonly #daemons = new Map<string, Daemon>();

  private constructor(layout: CephLayout) {
    this.#layout = layout;
    this.endpoint = `http://127.0.0.1:${layout.gatewayPort}`;
  }

  /** Takes about three seconds. Rejects with what the daemons logged last. */
  static async start(): Promise<CephRgw> {
    const directory = await mkdtemp(join(tmpdir(), 'ceph-rgw-'));
    const [monitorPort = 0, monitorLegacyPort = 0, gatewayPort = 0] = await freePorts(3);
    const rgw = new CephRgw({
      directory,
      fsid: randomUUID(),
      monitorPort,
      monitorLegacyPort,
      gatewayPort,
      firstOsdPort: randomInt(10_000, 30_000),
    });
    try {
      await rgw.#startCluster();
      await rgw.startGateway();
      await rgw.#admin('user', 'create', '--uid=test', '--display-name=test', ...rgw.#keys());
      return rgw;
    } catch (error) {
      const logs = await rgw.#lastLogLines();
      await rgw.stop();
      throw new Error(`Ceph RGW did not start: ${String(error)}\n${logs}`, { cause: error });
    }
  }

  /** Also after `killGateway`: the stored objects are still there. */
  async startGateway(): Promise<void> {
    this.#start('radosgw', ['-f', '-n', 'client.rgw']);
    await this.#until('radosgw', 60_000, async () => (await fetch(this.endpoint)).ok);
  }

  /** Another pair of keys to everything of ours, with which nothing can be written. */
  async addReadOnlyKey(): Promise<{ readonly accessKey: string; readonly secretKey: string }> {
    const pair = { accessKey: 'test-read-only', secretKey: randomBytes(15).toString('hex') };
    const keys = [`--access-key=${pair.accessKey}`, `--secret-key=${pair.secretKey}`, '--key-type=s3'];
    await this.#admin('subuser', 'create', '--uid=test', '--subuser=test:reader', '--access=read', ...keys);
    return pair;
  }

  /** Another key of the same user's, or another secret for it. */
  async setKey(accessKey: string, secretKey: string): Promise<void> {
    const key = [`--access-key=${accessKey}`, `--secret-key=${secretKey}`, '--key-type=s3'];
    await this.#admin('key', 'create', '--uid=test', ...key);
  }

  /** A user who may do nothing yet, but what buckets' policies say. His access key is his name. */
  async addUser(name: string): Promise<{ readonly accessKey: string; readonly secretKey: string }> {
    const secretKey = randomBytes(15).toString('hex');
    const keys = [`--access-key=${name}`, `--secret-key=${secretKey}`];
    await this.#admin('user', 'create', `--uid=${name}`, `--display-name=${name}`, ...keys);
    return { accessKey: name, secretKey };
  }

  /** kill -9, in the middle of whatever it does. */
  async killGateway(): Promise<void> {
    await this.#daemons.get('radosgw')?.kill();
  }

  /** Freezes the gateway: connections stay open and nothing answers. */
  pauseGateway(): void {
    this.#daemons.get('radosgw')?.signal('SIGSTOP');
  }

  resumeGateway(): void {
    this.#daemons.get('radosgw')?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    for (const daemon of [...this.#daemons.values()].reverse()) await daemon.kill();
    await rm(this.#layout.directory, { recursive: true, force: true });
  }

  async #startCluster(): Promise<void> {
    const { directory, fsid } = this.#layout;
    for (const name of ['mon', 'osd', 'run']) await mkdir(join(directory, name));
    await writeFile(join(directory, 'ceph.conf'), cephConf(this.#layout));
    const monmap = join(directory, 'monmap');
    await run('monmaptool', [
      '--create',
      '--fsid',
      fsid,
      '--addv',
      'a',
      monitorAddresses(this.#layout),
      monmap,
    ]);
    await this.#run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap);
    this.#start('ceph-mon', ['-f', '-i', 'a']);
    const osdUuid = randomUUID();
    await Promise.all([
      this.#run('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', osdUuid),
      // The one step that tells whether the monitor is up; ten seconds of its own for each try.
      this.#until('ceph-mon', 60_000, async () => {
        await this.#run('ceph', '--connect-timeout', '10', 'osd', 'new', osdUuid);
        return true;
      }),
    ]);
    this.#start('ceph-osd', ['-f', '-i', '0']);
  }

  #keys(): string[] {
    return [`--access-key=${this.accessKey}`, `--secret-key=${this.secretKey}`];
  }

  async #admin(...args: readonly string[]): Promise<void> {
    await this.#run('radosgw-admin', '-n', 'client.rgw', ...args);
  }

  async #run(program: string, ...args: readonly string[]): Promise<void> {
    await run(program, ['-c', join(this.#layout.directory, 'ceph.conf'), ...args], { timeout: 60_000 });
  }

  #start(program: string, args: readonly string[]): void {
    const { directory } = this.#layout;
    const daemon = new Daemon(
      program,
      ['-c', join(directory, 'ceph.conf'), ...args],
      join(directory, `${program}.out`),
    );
    this.#daemons.set(program, daemon);
  }

  /** Tries until `ready` says so; a daemon that has exited is not waited for. */
  async #until(program: string, deadlineMs: number, ready: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + deadlineMs;
    let last: unknown;
    while (performance.now() < end) {
      try {
        if (await ready()) return;
      } catch (error) {
        last = error;
      }
      if (this.#daemons.get(program)?.running !== true) break;
      await delay(50);
    }
    throw new Error(`${program} is not ready`, { cause: last });
  }

  async #lastLogLines(): Promise<string> {
    const { directory } = this.#layout;
    const names = (await readdir(directory)).filter((name) => /\.(out|log)$/.test(name));
    const tails = names.map(async (name) => {
      const lines = (await readFile(join(directory, name), 'utf8')).trimEnd().split('\n');
      return `--- ${name}\n${lines.slice(-5).join('\n')}`;
    });
    return (await Promise.all(tails)).join('\n');
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
