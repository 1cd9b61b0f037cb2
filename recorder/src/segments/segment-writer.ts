import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import type { Fragment, InitSegment } from '@minhbach/shared/media';
import type { GapCause, OpenSegment, SegmentSealed } from '@minhbach/shared/protocol';
import {
  newId,
  segmentIdSchema,
  utcMs,
  type CaptureId,
  type SegmentId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { CapturePlacer } from '../clock/index.ts';
import {
  isFullDisk,
  requireRoomForFootage,
  type NewSegment,
  type OpenSegmentRow,
  type Spool,
} from '../spool/index.ts';
import { offsetsOf } from './keyframe-offsets.ts';
import { quarantine, recoverSegment } from './recover.ts';
import type { CreateFile } from './growing-file.ts';
import { SegmentFile } from './segment-file.ts';

export interface CutSettings {
  readonly segmentDurationMs: number;
  readonly segmentBytes: number;
}

/** Some cameras split one keyframe in two with the same time; the second is no place to cut. */
const minSegmentMs = 500;
/** By less a provisional start is not moved in the index: each time costs a sync. */
const leastMoveMs = 20;
/** After a write failed, time for the disk to come back before the next try. */
const retryAfterFailureMs = 2_000;

export interface SegmentWriterEvents {
  /** Footage of this source stands from `start` on, and that will not change any more. */
  started(start: UtcMs): void;
  sealed(entry: SegmentSealed): void;
  /** Sealed on the disk but not yet in the index; tried again, at the latest at the next start. */
  indexFailed(cause: GapCause, error: unknown): void;
  /** Footage of this span could not be kept; there is footage, or its end is told of, after it. */
  lost(span: Span, cause: GapCause, error: unknown): void;
  /** Nothing is kept from `from` on, until the next `started`. */
  stopped(from: UtcMs, cause: GapCause, error: unknown): void;
  /**
   * The segment being written failed, and nothing is kept until the next `started`. How much of its span is kept shows
   * later, even after that: the answer is called once, with where what is kept ends.
   */
  failed(span: Span, cause: GapCause, error: unknown): (keptUntil: UtcMs) => void;
}

interface Span {
  readonly from: UtcMs;
  readonly to: UtcMs;
}

interface Placed {
  readonly segmentId: SegmentId;
  readonly fileName: string;
  readonly firstTfdt: number;
  startUtc: UtcMs;
}

interface Current extends Placed {
  readonly file: SegmentFile;
  /** False while the capture's placement is provisional. */
  startSettled: boolean;
  endTicks: number;
  /** Once it is cut. */
  end?: UtcMs;
  /** In the file when the newest keyframe came. */
  bytesAtKeyframe: number;
  /** Where each appended piece ends in the file and in time, for what can be read of it now; oldest dropped. */
  readonly marks: { readonly bytes: number; readonly endTicks: number }[];
  readonly keyframeTicks: number[];
  /** Where each keyframe's fragment begins in the file; fewer than `keyframeTicks` when one begins no fragment. */
  readonly keyframeOffsets: number[];
  fragments: number;
}

export interface SegmentWriterParts {
  readonly spool: Spool;
  readonly sourceId: SourceId;
  readonly captureId: CaptureId;
  readonly initBytes: Uint8Array;
  readonly init: InitSegment;
  /** Shared by all tracks of the capture. */
  readonly placer: CapturePlacer;
  readonly settings: CutSettings;
  /** No segment starts before: that time of this source is told of already. */
  readonly accountedUntil: UtcMs;
  /** Of the recorder's clock, at this moment. */
  readonly clockErrorMs: () => number;
  /** UTC milliseconds by the recorder's clock: nothing has been captured after it. */
  readonly utcNowMs: () => number;
  readonly clock: Clock;
  readonly events: SegmentWriterEvents;
  readonly createFile?: CreateFile;
}

/** Cuts one track of one capture into segments, writes and seals them. */
export class SegmentWriter {
  #of: SegmentWriterParts;
  #current: Current | undefined;
  #sealing: Promise<void> = Promise.resolve();
  /** By the monotonic clock: no new file before, after one failed. */
  #restUntilMs = 0;
  #accountedUntil: UtcMs;
  #unsealed = new Map<SegmentId, SegmentFile>();
  #closing = false;

  constructor(parts: SegmentWriterParts) {
    this.#of = parts;
    this.#accountedUntil = parts.accountedUntil;
  }

  /** Takes a fragment of this track, in order. Returns at once. */
  push(bytes: Uint8Array, fragment: Fragment): void {
    const current = this.#current;
    if (current !== undefined && this.#isCut(current, bytes, fragment)) this.#finish(current, fragment.tfdt);
    this.#current ??= this.#begin(fragment);
    if (this.#current === undefined) return;
    this.#append(this.#current, bytes, fragment);
  }

  /** False while footage cannot be kept: before a keyframe, or while the disk fails. */
  get isWriting(): boolean {
    return this.#current !== undefined;
  }

  /** The segment being written, as far as it can be read from its file. */
  openSegment(): OpenSegment | undefined {
    const current = this.#current;
    if (current === undefined || current.file.failed) return undefined;
    const readable = this.#readable(current);
    if (readable === undefined) return undefined;
    return {
      segmentId: current.segmentId,
      sourceId: this.#of.sourceId,
      captureId: this.#of.captureId,
      startUtcMs: current.startUtc,
      endUtcMs: utcMs(Math.max(current.startUtc + 1, this.#utc(readable.endTicks))),
      bytes: readable.bytes,
      initBytes: this.#of.initBytes.length,
      firstTfdt: current.firstTfdt,
      timescale: this.#of.init.timescale,
      mime: this.#of.init.mime,
      ...this.#readableKeyframes(current, readable.bytes),
    };
  }

  /** Where a segment not yet in the index can be read: try the paths in order, it moves at seal. */
  unsealedFile(segmentId: SegmentId): { paths: readonly string[]; bytes: number } | undefined {
    const file = this.#unsealed.get(segmentId);
    if (file === undefined || file.failed) return undefined;
    const sealedPath = join(this.#of.spool.folders.sealed, `${segmentId}.mp4`);
    return { paths: [file.path, sealedPath], bytes: file.writtenBytes };
  }

  /** Lets what waits reach the disk; see `SegmentFile.flush`. */
  flush(): void {
    if (this.#current !== undefined && !this.#current.startSettled) this.#placeAnew(this.#current);
    this.#current?.file.flush();
  }

  /**
   * Ends the current segment where its last fragment ends. Answers that moment, or `undefined` when no segment was open.
   * More may be pushed afterwards: it begins a new segment.
   */
  end(): UtcMs | undefined {
    const current = this.#current;
    return current && this.#finish(current, current.endTicks, this.#of.utcNowMs());
  }

  /** This source's footage was not yet being captured before `utc`, whatever its timestamps say. */
  notBefore(utc: UtcMs): void {
    this.#accountedUntil = utcMs(Math.max(this.#accountedUntil, utc));
  }

  /** `end`, for good. Resolves when everything is sealed, or reported lost; an index that takes nothing is waited for. */
  async drain(): Promise<void> {
    this.end();
    await this.#sealing;
  }

  /** As `drain`; but what the index does not take now is left to the next start, which finds file and open row. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.drain();
  }

  #begin(fragment: Fragment): Current | undefined {
    if (!fragment.startsWithKeyframe || this.#of.clock.monotonicNowMs() < this.#restUntilMs) return undefined;
    const { spool, placer } = this.#of;
    const segmentId = newId(segmentIdSchema);
    const fileName = `${segmentId}.mp4`;
    const startMs = this.#mediaMs(fragment.tfdt);
    const startUtc = this.#notBefore(placer.settled ? placer.settle(startMs) : placer.place(startMs));
    const place = { segmentId, fileName, firstTfdt: fragment.tfdt, startUtc };
    try {
      requireRoomForFootage(spool.folders.open, this.#of.initBytes.length);
      // The row comes first: a file without one could not be placed in time after a crash.
      this.#saveRow(place);
    } catch (error) {
      this.#restUntilMs = this.#of.clock.monotonicNowMs() + retryAfterFailureMs;
      this.#of.events.stopped(startUtc, causeOf(error), error);
      return undefined;
    }
    const current: Current = {
      ...place,
      startSettled: placer.settled,
      endTicks: fragment.tfdt,
      bytesAtKeyframe: 0,
      marks: [],
      keyframeTicks: [],
      keyframeOffsets: [],
      fragments: 0,
      file: new SegmentFile({
        path: join(spool.folders.open, fileName),
        monotonicNowMs: () => this.#of.clock.monotonicNowMs(),
        onFailed: (error) => this.#failed(current, error),
        createFile: this.#of.createFile,
      }),
    };
    this.#unsealed.set(segmentId, current.file);
    current.file.append(this.#of.initBytes);
    if (current.startSettled) this.#of.events.started(current.startUtc);
    return current;
  }

  #append(current: Current, bytes: Uint8Array, fragment: Fragment): void {
    if (fragment.startsWithKeyframe && fragment.keyframeTicks.length > 0)
      current.keyframeOffsets.push(current.file.acceptedBytes);
    current.file.append(bytes);
    current.fragments += 1;
    current.endTicks = fragment.tfdt + fragment.durationTicks;
    current.keyframeTicks.push(...fragment.keyframeTicks);
    current.marks.push({ bytes: current.file.acceptedBytes, endTicks: current.endTicks });
    if (!current.startSettled && this.#of.placer.settled) this.#settleStart(current);
  }

  /** What is sealed after a kill stands where the row says: a first fragment comes up to a second late, the next ones do not. */
  #placeAnew(current: Current): void {
    const startUtc = this.#notBefore(this.#utc(current.firstTfdt));
    if (current.startUtc - startUtc < leastMoveMs) return;
    current.startUtc = startUtc;
    this.#resaveRow(current);
  }

  #settleStart(current: Current): void {
    current.startSettled = true;
    current.startUtc = this.#notBefore(this.#utc(current.firstTfdt));
    this.#of.events.started(current.startUtc);
    this.#resaveRow(current);
  }

  #resaveRow(current: Current): void {
    try {
      this.#saveRow(current);
    } catch (error) {
      this.#failed(current, error);
    }
  }

  #isCut(current: Current, bytes: Uint8Array, fragment: Fragment): boolean {
    if (!fragment.startsWithKeyframe) return false;
    const lengthMs = this.#mediaMs(fragment.tfdt - current.firstTfdt);
    if (lengthMs < minSegmentMs) return false;
    const { segmentDurationMs, segmentBytes } = this.#of.settings;
    // What comes until the next place to cut will be about as much as what came since the last one.
    const { acceptedBytes } = current.file;
    const comingBytes = Math.max(bytes.length, acceptedBytes - current.bytesAtKeyframe);
    current.bytesAtKeyframe = acceptedBytes;
    return lengthMs >= segmentDurationMs || acceptedBytes + comingBytes > segmentBytes;
  }

  /** `latestUtcMs`: where media time has run ahead of it, it is cut there, and the error says by how much. */
  #finish(current: Current, endTicks: number, latestUtcMs = Number.POSITIVE_INFINITY): UtcMs {
    const { placer } = this.#of;
    const endUtc = placer.settle(this.#mediaMs(endTicks));
    if (!current.startSettled) this.#settleStart(current);
    const aheadMs = Math.max(0, Math.ceil(endUtc - latestUtcMs));
    const end = utcMs(Math.max(current.startUtc + 1, Math.round(endUtc) - aheadMs));
    this.#accountedUntil = end;
    current.end = end;
    this.#current = undefined;
    const clockErrorMs = placer.errorMs() + this.#of.clockErrorMs() + aheadMs;
    this.#sealing = this.#sealing
      .then(() => this.#seal(current, end, clockErrorMs))
      .then(() => void this.#unsealed.delete(current.segmentId));
    return end;
  }

  async #seal(current: Current, end: UtcMs, clockErrorMs: number): Promise<void> {
    const { spool, sourceId, init, captureId, initBytes, events } = this.#of;
    if (current.file.failed) return;
    let digests;
    try {
      digests = await current.file.sealAs(join(spool.folders.sealed, current.fileName));
    } catch (error) {
      // A failure of the growing file has reported itself.
      if (current.file.failed) return;
      const from = await this.#salvage(current, end, error);
      if (from !== undefined) events.lost({ from, to: end }, causeOf(error), error);
      return;
    }
    const segment: NewSegment = {
      segmentId: current.segmentId,
      sourceId,
      captureId,
      startUtcMs: current.startUtc,
      endUtcMs: end,
      firstTfdt: current.firstTfdt,
      timescale: init.timescale,
      ...digests,
      initBytes: initBytes.length,
      fragments: current.fragments,
      codec: init.codec,
      mime: init.mime,
      keyframes: current.keyframeTicks.map((ticks) => this.#msInto(ticks, current.firstTfdt)),
      ...offsetsOf(current.keyframeTicks, current.keyframeOffsets),
      clockErrorMs,
      recovered: false,
      fileName: current.fileName,
    };
    for (;;) {
      try {
        events.sealed(spool.sealSegment(segment));
        return;
      } catch (error) {
        // File and open row are safe: whenever the index can be written again, now or at the next start, it is sealed.
        events.indexFailed(causeOf(error), error);
        if (this.#closing) return;
        await this.#of.clock.sleep(retryAfterFailureMs);
      }
    }
  }

  /** A write or sync went wrong: that file is never trusted again (a second fsync may lie); the next one is new. */
  #failed(current: Current, error: unknown): void {
    this.#restUntilMs = this.#of.clock.monotonicNowMs() + retryAfterFailureMs;
    const end = current.end ?? utcMs(Math.max(current.startUtc + 1, this.#utc(current.endTicks)));
    const tellKept =
      this.#current === current
        ? this.#stopped(current, end, error)
        : (from: UtcMs) => this.#of.events.lost({ from, to: end }, causeOf(error), error);
    this.#sealing = this.#sealing
      .then(() => this.#salvage(current, end, error))
      .then((keptUntil) => keptUntil !== undefined && tellKept(keptUntil))
      .then(() => void this.#unsealed.delete(current.segmentId));
  }

  #stopped(current: Current, end: UtcMs, error: unknown): (keptUntil: UtcMs) => void {
    current.end = end;
    this.#current = undefined;
    this.#accountedUntil = end;
    if (!current.startSettled) {
      // It will not settle any more: the account takes up what is kept from where it was thought to begin.
      current.startSettled = true;
      this.#of.events.started(current.startUtc);
    }
    return this.#of.events.failed({ from: current.startUtc, to: end }, causeOf(error), error);
  }

  /**
   * Keeps what of the file can be read back whole. Answers where that ends; `undefined` when the index refused it to
   * the last: file and row are then the next start's to look at, and what became of them is its to tell.
   */
  async #salvage(current: Current, end: UtcMs, error: unknown): Promise<UtcMs | undefined> {
    const { spool, events, clock } = this.#of;
    await current.file.abandon();
    // A full disk damages nothing that it took; any other failure makes the whole file suspect.
    const isSound = causeOf(error) === 'disk-full';
    for (;;) {
      try {
        if (!isSound) await quarantine(spool, current);
        const kept = isSound ? await recoverSegment(spool, this.#row(current), { endsBy: end }) : undefined;
        if (kept !== undefined) events.sealed(kept);
        return kept?.endUtcMs ?? current.startUtc;
      } catch (salvageError) {
        events.indexFailed(causeOf(salvageError), salvageError);
        // Nothing of a suspect file is kept, wherever it lies; only a full disk is waited for.
        if (!isSound || causeOf(salvageError) !== 'disk-full') return current.startUtc;
        if (this.#closing) return undefined;
        await clock.sleep(retryAfterFailureMs);
      }
    }
  }

  #saveRow(of: Placed): void {
    this.#of.spool.saveOpenSegment(this.#row(of));
  }

  #row(of: Placed): OpenSegmentRow {
    return {
      segmentId: of.segmentId,
      sourceId: this.#of.sourceId,
      captureId: this.#of.captureId,
      fileName: of.fileName,
      startUtcMs: of.startUtc,
      firstTfdt: of.firstTfdt,
      timescale: this.#of.init.timescale,
      clockErrorMs: this.#of.placer.errorMs() + this.#of.clockErrorMs(),
    };
  }

  #notBefore(utc: number): UtcMs {
    return utcMs(Math.max(this.#accountedUntil, Math.round(utc)));
  }

  /** The last whole fragment that has reached the file. */
  #readable(current: Current): { bytes: number; endTicks: number } | undefined {
    const written = current.file.writtenBytes;
    while ((current.marks[1]?.bytes ?? Number.POSITIVE_INFINITY) <= written) current.marks.shift();
    const [mark] = current.marks;
    return mark !== undefined && mark.bytes <= written ? mark : undefined;
  }

  #readableKeyframes(current: Current, bytes: number): Pick<OpenSegment, 'keyframes' | 'keyframeOffsets'> {
    const { keyframeTicks, keyframeOffsets, firstTfdt } = current;
    if (offsetsOf(keyframeTicks, keyframeOffsets).keyframeOffsets === undefined) return {};
    const readable = keyframeOffsets.filter((offset) => offset < bytes);
    const ticks = keyframeTicks.slice(0, readable.length);
    return { keyframes: ticks.map((at) => this.#msInto(at, firstTfdt)), keyframeOffsets: readable };
  }

  #msInto(ticks: number, firstTfdt: number): number {
    return Math.round(this.#mediaMs(ticks - firstTfdt));
  }

  #mediaMs(ticks: number): number {
    return (ticks / this.#of.init.timescale) * 1000;
  }

  #utc(ticks: number): number {
    return this.#of.placer.place(this.#mediaMs(ticks));
  }
}

function causeOf(error: unknown): 'disk-full' | 'disk-failed' {
  return isFullDisk(error) ? 'disk-full' : 'disk-failed';
}
