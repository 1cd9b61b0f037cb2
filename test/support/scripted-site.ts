import { randomBytes } from 'node:crypto';
import { canonicalJson, entryLeafHash } from '@minhbach/shared/ledger';
import type {
  CounterDays,
  OpenSegment,
  RecorderEntry,
  RecorderJob,
  SourceState,
  SourceStatus,
} from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  counterIdSchema,
  deviceIdSchema,
  newId,
  segmentIdSchema,
  sourceIdSchema,
  utcMs,
  type SegmentId,
} from '@minhbach/shared/units-of-measure';
import { RecordingError, type Footage, type LiveSink } from '../../recorder/src/capture/index.ts';
import type { JobOutcome } from '../../recorder/src/jobs/index.ts';
import type { FootageSpan } from '../../recorder/src/spool/index.ts';
import type { UplinkPorts } from '../../recorder/src/uplink/index.ts';

/** What stands behind a recorder's uplink, doing exactly what a test tells it. One source, one segment. */
export class ScriptedSite implements UplinkPorts {
  readonly sourceId = newId(sourceIdSchema);
  readonly segmentId = newId(segmentIdSchema);
  readonly unknownSegmentId = newId(segmentIdSchema);
  readonly footage = randomBytes(9_000_123);
  readonly sinks = new Set<LiveSink>();
  readersOpen = 0;
  readonly #entries: RecorderEntry[] = [];
  readonly #appended = new Set<() => void>();
  readonly #changed = new Set<(source: SourceStatus | undefined) => void>();
  readonly #captureId = newId(captureIdSchema);
  #seq = 0;
  #source: SourceStatus = {
    sourceId: this.sourceId,
    deviceId: newId(deviceIdSchema),
    counterId: newId(counterIdSchema),
    kind: 'camera',
    name: 'Quầy 1 "tiếp nhận" 📷',
    state: 'recording',
    since: utcMs(1),
    registeredAt: utcMs(1),
    hasSubStream: false,
  };

  readonly witnessed: string[] = [];
  signed: { generation: number; size: number; note: string }[] = [];
  readonly heads = {
    list: () => this.signed,
    onSigned: () => () => undefined,
    noteWitnessed: (_generation: number, note: string) => void this.witnessed.push(note),
  };

  readonly ledger = {
    readEntries: (fromSeq: number, limit: number) => this.#entries.slice(fromSeq, fromSeq + limit),
    ledgerSize: () => this.#entries.length,
    generations: () => [{ generation: 0, size: this.#entries.length }],
    leafHash: (_generation: number, seq: number) => {
      const entry = this.#entries[seq];
      return entry && entryLeafHash(canonicalJson(entry));
    },
    beginGeneration: () => {
      throw new Error('no test of this site needs a new generation');
    },
    noteStored: () => undefined,
    onAppended: (listener: () => void) => {
      this.#appended.add(listener);
      return () => this.#appended.delete(listener);
    },
  };

  readonly sources = {
    list: () => [this.#source],
    onChanged: (listener: (source: SourceStatus | undefined) => void) => {
      this.#changed.add(listener);
      return () => this.#changed.delete(listener);
    },
  };

  readonly faults = { list: () => [], onChanged: () => () => undefined };

  readonly media = {
    openSegments: (): OpenSegment[] => [
      {
        segmentId: this.segmentId,
        sourceId: this.sourceId,
        captureId: this.#captureId,
        startUtcMs: utcMs(1),
        endUtcMs: utcMs(2),
        bytes: this.footage.length,
        initBytes: 100,
        firstTfdt: 0,
        timescale: 90_000,
        mime: 'video/mp4; codecs="avc1.4d0028"',
      },
    ],
    subscribe: (_sourceId: unknown, quality: 'main' | 'sub', sink: LiveSink) => {
      this.sinks.add(sink);
      sink.init(
        { mime: 'video/mp4; codecs="avc1.4d0028"', captureId: this.#captureId, quality },
        randomBytes(700),
      );
      return () => this.sinks.delete(sink);
    },
    readFootage: async (segmentId: SegmentId, firstByte: number, lastByte: number): Promise<Footage> => {
      if (segmentId !== this.segmentId) throw new RecordingError('not-found', 'no such segment');
      return { totalBytes: this.footage.length, bytes: this.#read(firstByte, lastByte) };
    },
  };

  readonly jobs = {
    run: async (job: RecorderJob): Promise<JobOutcome> =>
      job.kind === 'discover'
        ? { ok: true, result: { kind: 'discover', devices: [] } }
        : { ok: false, problem: { code: 'not-found', message: 'there is no such source' } },
  };

  /** What monitors wanted to be archived first. */
  readonly wanted: FootageSpan[] = [];

  footageWanted(span: FootageSpan): void {
    this.wanted.push(span);
  }

  /** What monitors told of how long counters are kept, each time. */
  readonly counterDays: (readonly CounterDays[])[] = [];

  counterDaysTold(counters: readonly CounterDays[]): void {
    this.counterDays.push(counters);
  }

  async status() {
    const ledgerSize = this.#entries.length;
    return { generation: 0, ledgerSize, spoolBytes: 1, diskFreeBytes: 2, notYetProven: 3, version: 'test' };
  }

  /** States `count` more facts. */
  state(count: number): void {
    for (let made = 0; made < count; made += 1) {
      this.#entries.push({
        seq: this.#entries.length,
        at: utcMs(5),
        kind: 'clock',
        stepMs: made,
        monotonicMs: 0,
      });
    }
    for (const listener of this.#appended) listener();
  }

  changeState(state: SourceState): void {
    this.#source = { ...this.#source, state };
    for (const listener of this.#changed) listener(this.#source);
  }

  fragment(sizeBytes: number, keyframe: boolean): void {
    const meta = { seq: this.#seq, capturedAt: utcMs(Date.now()), durationMs: 100, keyframe };
    this.#seq += 1;
    for (const sink of this.sinks) sink.fragment(meta, Buffer.alloc(sizeBytes));
  }

  async *#read(firstByte: number, lastByte: number): AsyncGenerator<Uint8Array> {
    this.readersOpen += 1;
    try {
      for (let at = firstByte; at <= Math.min(lastByte, this.footage.length - 1); at += 65_536) {
        await new Promise((resolve) => setImmediate(resolve));
        yield this.footage.subarray(at, Math.min(at + 65_536, lastByte + 1));
      }
    } finally {
      this.readersOpen -= 1;
    }
  }
}
