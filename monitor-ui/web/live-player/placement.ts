import type { CaptureTimeline } from './capture-timeline.ts';

/** Wider than this between fragments and the element would stop at the hole. */
const tolerableHoleS = 0.1;

/**
 * Where on the element's timeline a fragment goes, in seconds. Fragments of one capture follow each other by their own
 * time. After a restart (new init segment) or a hole, the timeline is closed up: footage that overlaps what is there
 * goes where its capture time belongs, anything later follows directly.
 */
export function placeFragment(fragment: {
  readonly ownStartS: number;
  readonly capturedAtMs: number;
  /** Offset in use so far, or undefined after an init segment. */
  readonly offsetS: number | undefined;
  readonly bufferedEndS: number | undefined;
  readonly timeline: CaptureTimeline;
}): number {
  const { ownStartS, offsetS, bufferedEndS } = fragment;
  if (bufferedEndS === undefined) return offsetS === undefined ? originS : ownStartS + offsetS;
  if (offsetS !== undefined) {
    const startS = ownStartS + offsetS;
    return Math.abs(startS - bufferedEndS) <= tolerableHoleS ? startS : bufferedEndS;
  }
  const mappedS = fragment.timeline.mediaTimeAt(fragment.capturedAtMs) ?? bufferedEndS;
  return Math.max(0, Math.min(mappedS, bufferedEndS));
}

/** The timeline starts a little after zero, so that a correction backwards has room. */
const originS = 60;
