import type { SegmentSealed } from '@minhbach/shared/protocol';
import type { FrozenPlan } from './frozen-plan.ts';

/** Segments of one source that play on without a break: one capture, one clock. */
export interface ClipRun {
  readonly segments: readonly SegmentSealed[];
  readonly startUtcMs: number;
  readonly endUtcMs: number;
}

/** What one clip is made of: a camera's run, and the sound that goes with it. */
export interface ClipPlan {
  readonly path: string;
  readonly picture: ClipRun;
  readonly sound: ClipRun | undefined;
  readonly fromUtcMs: number;
  readonly toUtcMs: number;
}

/** Media time may be rounded by this much between two segments. */
const jointMs = 250;

/** A clip for each run of each camera within the span, with the sound of the same device where it has its own. */
export function planClips({ manifest, sources }: Pick<FrozenPlan, 'manifest' | 'sources'>): ClipPlan[] {
  const sounds = sources
    .filter(({ kind }) => kind === 'microphone')
    .flatMap(({ segments }) => runsOf(segments.map(({ entry }) => entry)));
  return sources
    .filter(({ kind }) => kind === 'camera')
    .flatMap(({ id, segments }) =>
      runsOf(segments.map(({ entry }) => entry)).flatMap((picture) => {
        const fromUtcMs = Math.max(manifest.fromUtcMs, picture.startUtcMs);
        const toUtcMs = Math.min(manifest.toUtcMs, picture.endUtcMs);
        if (toUtcMs <= fromUtcMs) return [];
        const sound = soundFor(picture, sounds, fromUtcMs, toUtcMs);
        return [{ path: `clip/${id}-${fromUtcMs}.mp4`, picture, sound, fromUtcMs, toUtcMs }];
      }),
    );
}

function runsOf(segments: readonly SegmentSealed[]): ClipRun[] {
  const runs: SegmentSealed[][] = [];
  for (const segment of [...segments].sort((a, b) => a.startUtcMs - b.startUtcMs)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && playsOn(last, segment)) run.push(segment);
    else runs.push([segment]);
  }
  return runs.map((run) => ({
    segments: run,
    startUtcMs: run[0]?.startUtcMs ?? 0,
    endUtcMs: run.at(-1)?.endUtcMs ?? 0,
  }));
}

function playsOn(last: SegmentSealed, next: SegmentSealed): boolean {
  if (last.captureId !== next.captureId || last.timescale !== next.timescale || last.mime !== next.mime) {
    return false;
  }
  const mediaMs = ((next.firstTfdt - last.firstTfdt) * 1000) / last.timescale;
  return Math.abs(mediaMs - (last.endUtcMs - last.startUtcMs)) < jointMs;
}

/** Of the same capture first, else what sounds longest meanwhile. */
function soundFor(
  picture: ClipRun,
  sounds: readonly ClipRun[],
  fromUtcMs: number,
  toUtcMs: number,
): ClipRun | undefined {
  const captureId = picture.segments[0]?.captureId;
  const overlapMs = (run: ClipRun) => Math.min(run.endUtcMs, toUtcMs) - Math.max(run.startUtcMs, fromUtcMs);
  const rank = (run: ClipRun) =>
    overlapMs(run) + (run.segments[0]?.captureId === captureId ? toUtcMs - fromUtcMs : 0);
  return sounds.filter((run) => overlapMs(run) > 0).sort((a, b) => rank(b) - rank(a))[0];
}
