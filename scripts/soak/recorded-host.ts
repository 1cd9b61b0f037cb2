import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  deviceIdSchema,
  newId,
  recorderIdSchema,
  sourceIdSchema,
  type DeviceId,
  type RecorderId,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import type { SaidSealed } from './broken-promises.ts';

export interface SoakDevice {
  readonly deviceId: DeviceId;
  readonly picture: SourceId;
  readonly sound: SourceId;
  readonly url: string;
}

const eventSchema = z.looseObject({
  at: z.int(),
  event: z.enum(['opened', 'begun', 'state', 'sealed', 'fault']),
  spoolId: z.string().optional(),
  sourceId: sourceIdSchema.optional(),
  state: z.string().optional(),
  segmentId: z.string().optional(),
  sha256: z.string().optional(),
  code: z.string().optional(),
});

/** Processes run from the built scripts, also when a test calls this from the sources. */
const hostProgram = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/scripts/soak/soak-host.js' : './soak-host.js',
  import.meta.url,
).pathname;

/** A killed process has to be given a processor before it is gone. */
const goneWithinMs = 2_000;

/** One recorder over a spool, started and killed again and again. */
export class RecordedHost {
  readonly directory: string;
  readonly recorderId: RecorderId = newId(recorderIdSchema);
  readonly devices: readonly SoakDevice[];
  /** Since the last start: when each source began to record, UTC milliseconds. */
  readonly recordingSince = new Map<SourceId, number>();
  /** Stopped recording since this was last cleared. */
  readonly stopped = new Set<SourceId>();
  /** Ever said to be sealed. */
  readonly sealed = new Map<string, SaidSealed>();
  readonly faults: string[] = [];
  startedAt = 0;
  /** Since the last start: when the spool was open, and when every device had been added, UTC milliseconds. */
  openedAt = 0;
  begunAt = 0;
  spoolId = '';
  #segmentDurationMs: number;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  constructor(directory: string, urls: readonly string[], segmentDurationMs: number) {
    this.directory = directory;
    this.#segmentDurationMs = segmentDurationMs;
    this.devices = urls.map((url) => ({
      deviceId: newId(deviceIdSchema),
      picture: newId(sourceIdSchema),
      sound: newId(sourceIdSchema),
      url,
    }));
  }

  get sources(): SourceId[] {
    return this.devices.flatMap(({ picture, sound }) => [picture, sound]);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Resolves when every source records. Rejects when the host ends, or `limitMs` pass. */
  async start(limitMs = 60_000): Promise<void> {
    this.recordingSince.clear();
    this.startedAt = Date.now();
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, hostProgram], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    const { directory, recorderId, devices } = this;
    child.stdin.end(
      JSON.stringify({ directory, recorderId, devices, segmentDurationMs: this.#segmentDurationMs }),
    );
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    await this.untilAllRecord(limitMs);
  }

  async untilAllRecord(limitMs = 60_000): Promise<void> {
    const endAtMs = performance.now() + limitMs;
    while (this.sources.some((source) => !this.recordingSince.has(source))) {
      if (this.#process?.exitCode !== null) throw new Error('the recording host ended by itself');
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

  /** Processes that carry this spool's mark: its ffmpegs. */
  ffmpegs(): number[] {
    const mark = `MINHBACH_SPOOL=${this.spoolId}`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** How many of them there are beyond `allowed`, once those that have been killed had time to go. */
  async orphans(allowed = 0): Promise<number> {
    const endAtMs = performance.now() + goneWithinMs;
    while (this.ffmpegs().length > allowed && performance.now() < endAtMs) await delay(20);
    return Math.max(0, this.ffmpegs().length - allowed);
  }

  #hear(line: string): void {
    const heard = eventSchema.parse(JSON.parse(line));
    const { event, at, sourceId, segmentId, sha256 = '' } = heard;
    if (event === 'opened') {
      this.spoolId = heard.spoolId ?? '';
      this.openedAt = at;
    }
    if (event === 'begun') this.begunAt = at;
    if (event === 'sealed' && segmentId !== undefined) this.sealed.set(segmentId, { at, sha256 });
    if (event === 'fault') this.faults.push(heard.code ?? '');
    if (event !== 'state' || sourceId === undefined) return;
    if (heard.state !== 'recording') {
      this.recordingSince.delete(sourceId);
      this.stopped.add(sourceId);
    } else if (!this.recordingSince.has(sourceId)) this.recordingSince.set(sourceId, at);
  }
}
