import type { OpenSegment, RecorderEntry, SegmentSealed, SourceStatus } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  deviceIdSchema,
  newId,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
  type CaptureId,
  type CounterId,
} from '@minhbach/shared/units-of-measure';
import { sha256Of, type SampleFootage } from './sample-footage.ts';
import type { ScriptedRecorder } from './scripted-recorder.ts';

/** One source of a scripted recorder: cuts sample footage into segments, keeps their bytes in the recorder's spool. */
export class FilmedSource {
  readonly sourceId = newId(sourceIdSchema);
  captureId: CaptureId = newId(captureIdSchema);
  readonly footage: SampleFootage;
  readonly #recorder: ScriptedRecorder;
  readonly #status: SourceStatus;
  #position = 0;

  constructor(
    recorder: ScriptedRecorder,
    counterId: CounterId,
    footage: SampleFootage,
    registeredAt: number,
    more: Partial<SourceStatus> = {},
  ) {
    this.#recorder = recorder;
    this.footage = footage;
    this.#status = {
      sourceId: this.sourceId,
      deviceId: newId(deviceIdSchema),
      counterId,
      kind: footage.facts.trackKind === 'picture' ? 'camera' : 'microphone',
      name: footage.facts.trackKind === 'picture' ? 'Góc rộng' : 'Micrô bàn',
      state: 'recording',
      since: utcMs(registeredAt),
      registeredAt: utcMs(registeredAt),
      hasSubStream: false,
      codec: footage.facts.codec,
      ...more,
    };
  }

  status(more: Partial<SourceStatus> = {}): SourceStatus {
    return { ...this.#status, ...more };
  }

  /** Takes the next fragments that last about `seconds`, as one segment that starts at `startUtcMs`. */
  film(startUtcMs: number, seconds: number): { sealed: SegmentSealed; open: OpenSegment; bytes: Buffer } {
    const { init, facts, fragments } = this.footage;
    const first = fragments[this.#position];
    if (first === undefined) throw new Error('the sample is used up');
    const taken: (typeof fragments)[number][] = [];
    let ticks = 0;
    while (ticks < seconds * facts.timescale) {
      const fragment = fragments[this.#position];
      if (fragment === undefined) break;
      taken.push(fragment);
      ticks += fragment.durationTicks;
      this.#position += 1;
    }
    const bytes = Buffer.concat([init, ...taken.map((fragment) => fragment.bytes)]);
    const segmentId = newId(segmentIdSchema);
    this.#recorder.spool.set(segmentId, bytes);
    const common = {
      segmentId,
      sourceId: this.sourceId,
      captureId: this.captureId,
      startUtcMs: utcMs(startUtcMs),
      endUtcMs: utcMs(startUtcMs + (ticks * 1000) / facts.timescale),
      firstTfdt: first.tfdt,
      timescale: facts.timescale,
      bytes: bytes.length,
      initBytes: init.length,
      mime: facts.mime,
    };
    const keyframes =
      facts.trackKind === 'sound'
        ? []
        : taken.flatMap(({ keyframe, tfdt }) =>
            keyframe ? Math.round(((tfdt - first.tfdt) * 1000) / facts.timescale) : [],
          );
    const keyframeOffsets: number[] = [];
    let offset = init.length;
    for (const fragment of taken) {
      if (fragment.keyframe) keyframeOffsets.push(offset);
      offset += fragment.bytes.length;
    }
    const sealed: SegmentSealed = {
      kind: 'segment-sealed',
      seq: 0,
      at: common.endUtcMs,
      ...common,
      fragments: taken.length,
      sha256: sha256HexSchema.parse(sha256Of(bytes)),
      fragmentsRoot: sha256HexSchema.parse(sha256Of(init)),
      codec: facts.codec,
      keyframes,
      ...(facts.trackKind === 'picture' ? { keyframeOffsets } : {}),
      clockErrorMs: 3,
      recovered: false,
      key: `r/${this.#recorder.recorderId}/s/${this.sourceId}/2026/11/22/00/${startUtcMs}-${segmentId}.mp4`,
    };
    return { sealed, open: common, bytes };
  }

  /** The device was reconnected: what follows is another capture, its media time starting anew. */
  reconnect(): void {
    this.captureId = newId(captureIdSchema);
    this.#position = 0;
  }
}

/** The recorder's ledger: gives entries their places. */
export class ScriptedLedger {
  #nextSeq = 0;
  readonly #recorder: ScriptedRecorder;

  constructor(recorder: ScriptedRecorder) {
    this.#recorder = recorder;
  }

  /** Tells the monitor, and resolves when it has stored them. */
  async state(...entries: RecorderEntry[]): Promise<void> {
    const placed = entries.map((entry, index) => ({ ...entry, seq: this.#nextSeq + index }));
    this.#nextSeq += entries.length;
    const nextSeq = this.#nextSeq;
    this.#recorder.say({ type: 'entries', generation: 0, entries: placed });
    this.sayStatus();
    await this.#recorder.next('entries-stored', (stored) => stored.nextSeq === nextSeq);
  }

  sayStatus(): void {
    this.#recorder.say({
      type: 'status',
      at: utcMs(Date.now()),
      generation: 0,
      ledgerSize: this.#nextSeq,
      spoolBytes: 0,
      diskFreeBytes: 1,
      notYetProven: 0,
      version: 'test',
    });
  }
}
