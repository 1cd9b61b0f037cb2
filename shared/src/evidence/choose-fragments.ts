import type { WholePieces } from '../media/index.ts';

/** Which of a segment's fragments go into a package, from 0. */
export interface ChosenFragments {
  readonly firstFragment: number;
  readonly fragments: number;
}

/**
 * The fragments that play `from`..`to` (milliseconds from the segment's start), rounded outward to keyframes. `undefined`
 * when none lies there.
 */
export function chooseFragments(
  { fragments, init }: WholePieces,
  from: number,
  to: number,
): ChosenFragments | undefined {
  const startTicks = fragments[0]?.fragment.tfdt ?? 0;
  const startMs = (index: number): number =>
    ((fragments[index]?.fragment.tfdt ?? Number.POSITIVE_INFINITY) - startTicks) / (init.timescale / 1_000);
  const endMs = (index: number): number => {
    const { tfdt, durationTicks } = fragments[index]?.fragment ?? { tfdt: 0, durationTicks: 0 };
    return (tfdt + durationTicks - startTicks) / (init.timescale / 1_000);
  };
  const isEntry = (index: number): boolean => fragments[index]?.fragment.startsWithKeyframe ?? true;
  let first = fragments.findIndex((_, index) => endMs(index) > from);
  if (first < 0 || startMs(first) >= to) return undefined;
  while (first > 0 && !isEntry(first)) first -= 1;
  let end = first + 1;
  while (end < fragments.length && (startMs(end) < to || !isEntry(end))) end += 1;
  return { firstFragment: first, fragments: end - first };
}
