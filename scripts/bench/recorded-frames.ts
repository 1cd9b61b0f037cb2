import { readFile } from 'node:fs/promises';
import { openSpool } from '@minhbach/recorder/spool';
import { BoxSplitter, readFragment, readInitSegment, type InitSegment } from '@minhbach/shared/media';
import { systemClock } from '@minhbach/shared/clock';
import type { RecorderId } from '@minhbach/shared/units-of-measure';

export interface RecordedFrames {
  readonly sources: number;
  readonly frames: number;
  /** Decode times that do not follow on from the sample before, within one capture. */
  readonly holes: number;
  readonly missingMs: number;
  readonly captures: number;
  /** Footage of the capture that has least of it. */
  readonly shortestS: number;
  /** But for the one of each source from when it was added to its first keyframe. */
  readonly gaps: number;
}

/** Reads every sealed picture segment of a spool and counts its frames and the holes between them. */
export async function countRecordedFrames(
  directory: string,
  recorderId: RecorderId,
): Promise<RecordedFrames> {
  const spool = await openSpool({ directory, clock: systemClock, recorderId });
  const entries = spool.readEntries(0, 1_000_000);
  const sealed = entries
    .flatMap((entry) => (entry.kind === 'segment-sealed' && entry.mime.startsWith('video') ? [entry] : []))
    .toSorted((a, b) => a.firstTfdt - b.firstTfdt);
  const nextTfdt = new Map<string, number>();
  const recordedS = new Map<string, number>();
  let frames = 0;
  let holes = 0;
  let missingMs = 0;
  for (const { segmentId, captureId, timescale } of sealed) {
    const path = spool.findSegment(segmentId)?.path ?? '';
    const pieces = new BoxSplitter().push(await readFile(path));
    let init: InitSegment | undefined;
    for (const piece of pieces) {
      if (piece.kind === 'init') {
        init = readInitSegment(piece.bytes);
        continue;
      }
      if (init === undefined) throw new Error(`${path} begins without an init segment`);
      const fragment = readFragment(piece.bytes, init);
      const expected = nextTfdt.get(captureId);
      // One frame at 25 fps is 40 ms; less than half of that is rounding of the camera's clock.
      if (expected !== undefined && fragment.tfdt - expected > timescale / 50) {
        holes += 1;
        missingMs += ((fragment.tfdt - expected) / timescale) * 1000;
      }
      nextTfdt.set(captureId, fragment.tfdt + fragment.durationTicks);
      const soFarS = recordedS.get(captureId) ?? 0;
      recordedS.set(captureId, soFarS + fragment.durationTicks / timescale);
      frames += fragment.samples;
    }
  }
  const gaps = entries.filter((entry) => entry.kind === 'gap' && entry.cause !== 'unknown').length;
  spool.close();
  return {
    sources: new Set(sealed.map((entry) => entry.sourceId)).size,
    frames,
    holes,
    missingMs: Math.round(missingMs),
    captures: nextTfdt.size,
    shortestS: Math.floor(Math.min(...recordedS.values())),
    gaps,
  };
}
