import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import { wholePieces } from '@minhbach/shared/media';
import type { GapEntry, SegmentSealed } from '@minhbach/shared/protocol';
import {
  deviceIdSchema,
  newId,
  recorderIdSchema,
  sourceIdSchema,
  type RecorderId,
} from '@minhbach/shared/units-of-measure';
import {
  createRecording,
  type DevicePlan,
  type Recording,
  type RecordingSettings,
} from '../../recorder/src/capture/index.ts';
import { openSpool, type Spool } from '../../recorder/src/spool/index.ts';

/** A recording over a spool in a temporary folder, with what it said so far. */
export class RecordingBench implements AsyncDisposable {
  readonly directory: string;
  readonly recorderId: RecorderId;
  log: string[] = [];
  readonly spool: Spool;
  readonly recording: Recording;

  private constructor(directory: string, recorderId: RecorderId, spool: Spool, recording: Recording) {
    this.directory = directory;
    this.recorderId = recorderId;
    this.spool = spool;
    this.recording = recording;
  }

  static async start(
    settings: Partial<RecordingSettings> = {},
    clock = systemClock,
  ): Promise<RecordingBench> {
    const directory = await mkdtemp(join(tmpdir(), 'mb-recording-'));
    return RecordingBench.over(directory, newId(recorderIdSchema), settings, clock);
  }

  /** Over a spool that may have been used before. */
  static async over(
    directory: string,
    recorderId: RecorderId,
    settings: Partial<RecordingSettings> = {},
    clock = systemClock,
  ): Promise<RecordingBench> {
    const log: string[] = [];
    const spool = await openSpool({ directory, clock, recorderId });
    const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(line) });
    const recording = await createRecording({ spool, clock, logger, settings });
    const bench = new RecordingBench(directory, recorderId, spool, recording);
    recording.on('fault', (fault) => log.push(JSON.stringify(fault)));
    bench.log = log;
    return bench;
  }

  sealed(sourceId?: string): SegmentSealed[] {
    return this.spool
      .readEntries(0, 100_000)
      .filter((entry) => entry.kind === 'segment-sealed')
      .filter((entry) => sourceId === undefined || entry.sourceId === sourceId);
  }

  gaps(sourceId?: string): GapEntry[] {
    return this.spool
      .readEntries(0, 100_000)
      .filter((entry) => entry.kind === 'gap')
      .filter((entry) => sourceId === undefined || entry.sourceId === sourceId);
  }

  stateOf(sourceId: string | undefined) {
    return this.recording.statuses().find((status) => status.sourceId === sourceId);
  }

  async bytesOf(entry: SegmentSealed): Promise<Buffer> {
    return readFile(join(this.spool.folders.sealed, `${entry.segmentId}.mp4`));
  }

  async stop(): Promise<void> {
    await this.recording.close();
    this.spool.close({ clean: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.recording.close();
    if (this.spool.database.open) this.spool.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A device at `urls`, with a picture, a sound or both. */
export function devicePlan(of: {
  readonly main: () => string;
  readonly sub?: () => string;
  readonly tracks?: 'both' | 'picture' | 'sound';
}): DevicePlan {
  const tracks = of.tracks ?? 'both';
  return {
    deviceId: newId(deviceIdSchema),
    ...(tracks === 'sound' ? {} : { picture: newId(sourceIdSchema) }),
    ...(tracks === 'picture' ? {} : { sound: newId(sourceIdSchema) }),
    hasSubStream: of.sub !== undefined,
    resolveStream: async (quality) => ({ url: quality === 'sub' && of.sub ? of.sub() : of.main() }),
  };
}

/** What a verifier does: rebuilds every statement of the entry from the file's bytes alone. */
export function disagreements(entry: SegmentSealed, bytes: Buffer): string[] {
  const found: string[] = [];
  const pieces = wholePieces(bytes);
  const say = (name: string, stated: unknown, actual: unknown) => {
    if (stated !== actual) found.push(`${name}: stated ${String(stated)}, is ${String(actual)}`);
  };
  say('bytes', entry.bytes, bytes.length);
  say('sha256', entry.sha256, createHash('sha256').update(bytes).digest('hex'));
  say('whole', bytes.length, pieces?.fragments.at(-1)?.end);
  if (pieces === undefined) return found;
  const leaves = pieces.fragments.map(({ start, end }) => bytes.subarray(start, end));
  say('fragmentsRoot', entry.fragmentsRoot, fragmentsRoot(bytes.subarray(0, pieces.initBytes), leaves));
  say('fragments', entry.fragments, leaves.length);
  say('initBytes', entry.initBytes, pieces.initBytes);
  say('firstTfdt', entry.firstTfdt, pieces.fragments[0]?.fragment.tfdt);
  say('codec', entry.codec, pieces.init.codec);
  say('starts with a keyframe', true, pieces.fragments[0]?.fragment.startsWithKeyframe);
  return found;
}

/** Footage and gaps of one source must follow each other to the millisecond. Names each hole and overlap. */
export function holes(sealed: readonly SegmentSealed[], gaps: readonly GapEntry[]): string[] {
  const spans = [
    ...sealed.map((entry) => ({ from: entry.startUtcMs, to: entry.endUtcMs, what: 'footage' })),
    ...gaps.map((entry) => ({ from: entry.fromUtcMs, to: entry.toUtcMs, what: `gap (${entry.cause})` })),
  ].sort((a, b) => a.from - b.from);
  const found: string[] = [];
  for (const [index, span] of spans.entries()) {
    const before = spans[index - 1];
    if (before !== undefined && before.to !== span.from) {
      found.push(
        `${before.what} ends at ${before.to}, ${span.what} begins ${span.from - before.to} ms later`,
      );
    }
  }
  return found;
}
