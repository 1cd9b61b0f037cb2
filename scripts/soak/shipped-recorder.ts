import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecorderId, SourceId } from '@minhbach/shared/units-of-measure';
import type { SaidSealed } from './broken-promises.ts';
import { processesWith } from './processes-with.ts';
import { heardIn } from './recorder-log.ts';
import { registerCameras, type RegisteredCamera, type SoakCamera } from './register-cameras.ts';
import { settingsOf, type RecorderPlace } from './recorder-place.ts';

/** Processes run from the built program, also when a test calls this from the sources. */
const program = new URL(
  import.meta.url.endsWith('.ts') ? '../../recorder/dist/main.js' : '../../../recorder/dist/main.js',
  import.meta.url,
).pathname;

/** A killed process has to be given a processor before it is gone. */
const goneWithinMs = 2_000;

/**
 * The recorder that people run, with settings and devices of its own, started and killed again and again. What happens in
 * it is heard from its log. Its monitor is away throughout.
 */
export class ShippedRecorder {
  readonly dataDirectory: string;
  readonly recorderId: RecorderId;
  readonly devices: readonly RegisteredCamera[];
  /** Since the last start: when each source began to record, UTC milliseconds. */
  readonly recordingSince = new Map<SourceId, number>();
  /** Stopped recording since this was last cleared. */
  readonly stopped = new Set<SourceId>();
  /** Ever said to be sealed. */
  readonly sealed = new Map<string, SaidSealed>();
  /** What it called wrong: a code, or else the sentence. */
  readonly faults: string[] = [];
  startedAt = 0;
  /** Since the last start: when the spool was open, and when every device had been added, UTC milliseconds. */
  openedAt = 0;
  begunAt = 0;
  readonly #spoolId: string;
  readonly #configPath: string;
  readonly #mark = `MINHBACH_SOAK=${randomUUID()}`;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  private constructor(place: RecorderPlace, registered: Awaited<ReturnType<typeof registerCameras>>) {
    this.dataDirectory = place.dataDirectory;
    this.#configPath = join(place.directory, 'recorder.yaml');
    ({ recorderId: this.recorderId, spoolId: this.#spoolId, devices: this.devices } = registered);
  }

  /** Writes its settings and registers the cameras; it is not started yet. */
  static async prepare(place: RecorderPlace, cameras: readonly SoakCamera[]): Promise<ShippedRecorder> {
    mkdirSync(place.directory, { recursive: true });
    const recorder = new ShippedRecorder(place, await registerCameras(place, cameras));
    writeFileSync(recorder.#configPath, JSON.stringify(settingsOf(place), null, 2));
    return recorder;
  }

  get spoolDirectory(): string {
    return join(this.dataDirectory, 'spool');
  }

  get sources(): SourceId[] {
    return this.devices.flatMap(({ picture, sound }) => [picture, sound]);
  }

  /** Resolves when every source records. Rejects when the recorder ends, or `limitMs` pass. */
  async start(limitMs = 60_000): Promise<void> {
    this.recordingSince.clear();
    this.startedAt = Date.now();
    const [name = '', value = ''] = this.#mark.split('=');
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', process.execPath, program, '--config', this.#configPath],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, [name]: value } },
    );
    this.#process = child;
    // Not before all it said is read.
    this.#exited = new Promise((resolve) => child.once('close', () => resolve()));
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    await this.untilAllRecord(limitMs);
  }

  async untilAllRecord(limitMs = 60_000): Promise<void> {
    const endAtMs = performance.now() + limitMs;
    while (this.sources.some((source) => !this.recordingSince.has(source))) {
      if (this.#process?.exitCode !== null) throw new Error('the recorder ended by itself');
      if (performance.now() > endAtMs) throw new Error(`not every source recorded within ${limitMs} ms`);
      await delay(10);
    }
  }

  /** Answers when: the moment the signal was sent, UTC milliseconds. */
  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    const at = Date.now();
    this.#process?.kill(signal);
    await this.#exited;
    return at;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  /** Those that record: they carry the spool's mark. */
  ffmpegs(): number[] {
    return processesWith(`MINHBACH_SPOOL=${this.#spoolId}`);
  }

  /** After a kill: how many of its processes there still are, whatever they do, once they had time to go. */
  async orphans(): Promise<number> {
    return leftOf(() => [...this.ffmpegs(), ...processesWith(this.#mark)], 0);
  }

  /** While it runs: how many ffmpegs record beyond one for each device, once those that were killed had time to go. */
  async ffmpegsTooMany(): Promise<number> {
    return leftOf(() => this.ffmpegs(), this.devices.length);
  }

  #hear(line: string): void {
    const heard = heardIn(line);
    if (heard === undefined) return;
    const { at } = heard;
    switch (heard.event) {
      case 'opened':
        this.openedAt = at;
        break;
      case 'begun':
        this.begunAt = at;
        break;
      case 'sealed':
        this.sealed.set(heard.segmentId, { at, sha256: heard.sha256 });
        break;
      case 'fault':
        this.faults.push(heard.what);
        break;
      case 'state':
        if (heard.state !== 'recording') {
          this.recordingSince.delete(heard.sourceId);
          this.stopped.add(heard.sourceId);
        } else if (!this.recordingSince.has(heard.sourceId)) this.recordingSince.set(heard.sourceId, at);
    }
  }
}

async function leftOf(processes: () => readonly number[], allowed: number): Promise<number> {
  const endAtMs = performance.now() + goneWithinMs;
  while (processes().length > allowed && performance.now() < endAtMs) await delay(20);
  return Math.max(0, processes().length - allowed);
}
