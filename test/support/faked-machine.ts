import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A machine whose wall clock and keeper of the clock are the test's, for a process started with its environment: libfaketime
 * under the process and under its ffmpegs, a `chronyc` that says what it was told to. Monotonic time stays the real one.
 */
export class FakedMachine {
  readonly #clockFile: string;
  readonly #keeperFile: string;
  readonly #programs: string;

  constructor(directory: string) {
    this.#programs = join(directory, 'programs');
    this.#clockFile = join(directory, 'clock');
    this.#keeperFile = join(directory, 'keeper');
    mkdirSync(this.#programs, { recursive: true });
    const [ffmpeg = ''] = execFileSync('which', ['ffmpeg'], { encoding: 'utf8' }).split('\n');
    const faked = Object.entries(this.#clockVariables).map(([name, value]) => `${name}='${value}'`);
    // The recorder gives its ffmpegs an environment of their own.
    this.#program('ffmpeg', `exec env ${faked.join(' ')} ${ffmpeg} "$@"`);
    this.#program('chronyc', `cat '${this.#keeperFile}'`);
    this.setClock(0);
    this.setKeeper({ errorMs: 20 });
  }

  get environment(): Readonly<Record<string, string>> {
    return { ...this.#clockVariables, PATH: `${this.#programs}:${process.env['PATH'] ?? ''}` };
  }

  /** From now on the wall clock is so far from the real one. */
  setClock(aheadMs: number): void {
    this.#replace(this.#clockFile, `${aheadMs < 0 ? '-' : '+'}${(Math.abs(aheadMs) / 1_000).toFixed(3)}\n`);
  }

  /** What chrony says when asked next; `undefined`: that it has lost its servers for good. */
  setKeeper(vouches: { readonly errorMs: number } | undefined): void {
    const dispersion = ((vouches?.errorMs ?? 0) / 1_000).toFixed(6);
    const leap = vouches === undefined ? 'Not synchronised' : 'Normal';
    this.#replace(
      this.#keeperFile,
      `C0000201,192.0.2.1,3,1790000000.0,0,0,0,0,0,0,0,${dispersion},64,${leap}\n`,
    );
  }

  get #clockVariables(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: libfaketime(),
      FAKETIME_TIMESTAMP_FILE: this.#clockFile,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  #program(name: string, line: string): void {
    const path = join(this.#programs, name);
    writeFileSync(path, `#!/bin/sh\n${line}\n`);
    chmodSync(path, 0o755);
  }

  /** Never seen half written. */
  #replace(path: string, text: string): void {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  }
}

function libfaketime(): string {
  const paths = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) throw new Error('libfaketime is not installed (Debian: faketime)');
  return path;
}
