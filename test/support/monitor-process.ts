import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { firstAdministrator, testPassword } from './running-monitor.ts';
import { signedIn, type Caller } from './signed-in.ts';
import { until } from './until.ts';

const program = join(import.meta.dirname, '../../monitor-ui/dist/server/main.js');

/** The built monitor in a directory that outlives it, so that it can be killed and started again. */
export class MonitorProcess {
  readonly directory: string;
  readonly lines: string[] = [];
  #process: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(0);

  constructor(directory: string) {
    this.directory = directory;
  }

  get configFile(): string {
    return join(this.directory, 'monitor.json');
  }

  get dataDirectory(): string {
    return join(this.directory, 'monitor');
  }

  /** Settings as an operator leaves them, but for where things lie; resolves when it listens, on a port that is free. */
  async start(
    settings: Readonly<Record<string, unknown>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const whole = {
      listen: { port: 0 },
      dataDirectory: this.dataDirectory,
      archive: { type: 'directory', path: join(this.directory, 'archive') },
      shield: { keyFile: join(this.directory, 'shield.key') },
      ...settings,
    };
    await writeFile(this.configFile, JSON.stringify(whole));
    this.lines.length = 0;
    const started = spawn(process.execPath, [program, '--config', this.configFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#process = started;
    for (const output of [started.stdout, started.stderr]) {
      createInterface({ input: output }).on('line', (line) => this.lines.push(line));
    }
    this.#exited = new Promise((resolve) => started.once('close', (code) => resolve(code)));
    await until(() => {
      if (started.exitCode !== null) throw new Error(`the monitor ended:\n${this.lines.join('\n')}`);
      return this.#url !== undefined;
    }, 60_000);
  }

  get origin(): string {
    if (this.#url === undefined) throw new Error('the monitor has not been started');
    return this.#url;
  }

  get #url(): string | undefined {
    const line = this.lines.find((text) => text.includes('"monitor started"'));
    return line === undefined ? undefined : (JSON.parse(line) as { url: string }).url;
  }

  async begin(): Promise<Caller> {
    // Said after that it listens.
    const prefix = 'FIRST START CODE ';
    await until(() => this.lines.some((line) => line.startsWith(prefix)));
    const line = this.lines.find((text) => text.startsWith(prefix));
    return firstAdministrator(this.origin, line?.slice(prefix.length));
  }

  async signIn(username: string): Promise<Caller> {
    return signedIn(this.origin, username, testPassword);
  }

  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#exited;
  }

  async stop(): Promise<number | null> {
    this.#process?.kill('SIGTERM');
    return this.#exited;
  }
}
