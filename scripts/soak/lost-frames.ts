import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { openSpool } from '@minhbach/recorder/spool';
import { systemClock } from '@minhbach/shared/clock';
import { wholePieces } from '@minhbach/shared/media';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import type { RecorderId, SourceId } from '@minhbach/shared/units-of-measure';

export interface FrameCount {
  readonly sent: number;
  readonly recorded: number;
  readonly captures: number;
}

const sentSchema = z.looseObject({
  frames: z.array(z.looseObject({ frame: z.int(), sentAtUtcMs: z.number() })),
});

/** Frames a camera says it has sent, by their number since its start. */
export class SentFrames {
  readonly #address: string;
  readonly #sentAtUtcMs = new Map<number, number>();
  #newestUtcMs = 0;

  /** `control`: of the virtual cameras; `name`: of this one. */
  constructor(control: string, name: string) {
    this.#address = `${control}/cameras/${encodeURIComponent(name)}/frames`;
  }

  /** Asks for what was sent since it last asked: the camera itself remembers an hour only. */
  async learn(): Promise<void> {
    const answer = await fetch(`${this.#address}?from=${this.#newestUtcMs}`);
    for (const { frame, sentAtUtcMs } of sentSchema.parse(await answer.json()).frames) {
      this.#sentAtUtcMs.set(frame, sentAtUtcMs);
      this.#newestUtcMs = Math.max(this.#newestUtcMs, sentAtUtcMs);
    }
  }

  /**
   * How many of `length` frames from the keyframe sent nearest to `startUtcMs` on were sent. Timestamps are exact, so
   * that a recorded span says how many frames it should hold.
   */
  sentFrom(startUtcMs: number, length: number, framesPerGop: number): number {
    let first: number | undefined;
    let nearestMs = Number.POSITIVE_INFINITY;
    for (const [frame, sentAtUtcMs] of this.#sentAtUtcMs) {
      const distanceMs = Math.abs(sentAtUtcMs - startUtcMs);
      if (frame % framesPerGop !== 0 || distanceMs >= nearestMs) continue;
      first = frame;
      nearestMs = distanceMs;
    }
    if (first === undefined) return 0;
    let sent = 0;
    for (let frame = first; frame < first + length; frame += 1) sent += Number(this.#sentAtUtcMs.has(frame));
    return sent;
  }
}

const framesPerSecond = 25;
const framesPerGop = 50;

/** Counts the frames in each picture source's sealed footage and holds them against what its camera sent meanwhile. */
export async function countFrames(
  of: { readonly directory: string; readonly recorderId: RecorderId },
  cameras: ReadonlyMap<SourceId, SentFrames>,
): Promise<ReadonlyMap<SourceId, FrameCount>> {
  const spool = await openSpool({ ...of, clock: systemClock });
  try {
    const sealed: SegmentSealed[] = [];
    for (let from = 0; from < spool.ledgerSize(); from += 10_000) {
      for (const entry of spool.readEntries(from, 10_000))
        if (entry.kind === 'segment-sealed') sealed.push(entry);
    }
    const counts = new Map<SourceId, FrameCount>();
    for (const [sourceId, sent] of cameras) {
      const own = sealed.filter((entry) => entry.sourceId === sourceId);
      const captures = new Set(own.map(({ captureId }) => captureId));
      const count = { sent: 0, recorded: 0, captures: captures.size };
      for (const capture of captures) {
        const segments = own.filter(({ captureId }) => captureId === capture);
        const { frames, spanS } = await framesIn(
          segments,
          (segmentId) => spool.findSegment(segmentId)?.path ?? '',
        );
        count.recorded += frames;
        count.sent += sent.sentFrom(
          segments[0]?.startUtcMs ?? 0,
          Math.round(spanS * framesPerSecond),
          framesPerGop,
        );
      }
      counts.set(sourceId, count);
    }
    return counts;
  } finally {
    spool.close();
  }
}

export function totalOf(counts: ReadonlyMap<SourceId, FrameCount>): FrameCount {
  const total = { sent: 0, recorded: 0, captures: 0 };
  for (const { sent, recorded, captures } of counts.values()) {
    total.sent += sent;
    total.recorded += recorded;
    total.captures += captures;
  }
  return total;
}

async function framesIn(
  segments: readonly SegmentSealed[],
  pathOf: (id: SegmentSealed['segmentId']) => string,
) {
  let frames = 0;
  let firstS = Number.POSITIVE_INFINITY;
  let endS = 0;
  for (const { segmentId, timescale, firstTfdt } of segments) {
    const pieces = wholePieces(await readFile(pathOf(segmentId)));
    for (const { fragment } of pieces?.fragments ?? []) {
      frames += fragment.samples;
      endS = Math.max(endS, (fragment.tfdt + fragment.durationTicks) / timescale);
    }
    firstS = Math.min(firstS, firstTfdt / timescale);
  }
  return { frames, spanS: Math.max(0, endS - firstS) };
}
