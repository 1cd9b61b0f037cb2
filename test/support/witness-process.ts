import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const program = fileURLToPath(new URL('../../monitor-ui/dist/server/witness-main.js', import.meta.url));

/** What a witness logs, as far as tests look at it. */
export interface WitnessLine {
  readonly msg?: string;
  readonly key?: string;
  readonly url?: string;
  readonly subject?: string;
  readonly state?: string;
  readonly why?: string;
  readonly message?: string;
}

/** The built program of a witness, as an operator starts it. */
export class WitnessProcess {
  readonly child: ChildProcess;
  #out = '';
  #errors = '';

  constructor(config: string, ...flags: readonly string[]) {
    const child = spawn(process.execPath, [program, '--config', config, ...flags]);
    child.stdout.on('data', (piece: Buffer) => (this.#out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (this.#errors += piece.toString()));
    this.child = child;
  }

  /** Everything it printed. */
  get printed(): string {
    return this.#out + this.#errors;
  }

  get errors(): string {
    return this.#errors;
  }

  lines(): readonly WitnessLine[] {
    return this.#out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as WitnessLine);
  }

  /** With its exit code, once all it printed is here. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  /** Where it listens. */
  async url(): Promise<string> {
    const listening = () => this.lines().find(({ msg }) => msg === 'witness listens');
    await until(() => listening() !== undefined);
    return listening()?.url ?? '';
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
