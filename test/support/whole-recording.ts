import { expect } from '@jest/globals';
import type { DevicePlan } from '../../recorder/src/capture/index.ts';
import { checkSpool, type Disagreement } from '../../recorder/src/fsck/index.ts';
import { disagreements, holes, type RecordingBench } from './recording-bench.ts';

/** Of a recording that is closed: no hole and no overlap at any source, every file as stated, and fsck finds nothing. */
export async function expectWhole(bench: RecordingBench, ...plans: readonly DevicePlan[]): Promise<void> {
  for (const source of plans.flatMap(({ picture, sound }) => [picture, sound])) {
    // A device without sound has no such source; asked for none, the bench would answer with everybody's.
    if (source === undefined) continue;
    expect(holes(bench.sealed(source), bench.gaps(source))).toEqual([]);
  }
  for (const entry of bench.sealed()) expect(disagreements(entry, await bench.bytesOf(entry))).toEqual([]);
  const unlike: Disagreement[] = [];
  await checkSpool({
    ...{ directory: bench.directory, quick: false, signal: new AbortController().signal },
    onDisagreement: (one) => void unlike.push(one),
  });
  expect(unlike).toEqual([]);
}
