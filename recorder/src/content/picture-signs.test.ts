import { expect, test } from '@jest/globals';
import { PictureSigns } from './picture-signs.ts';

/** Keyframe, mean of the frames after it, and mark (new when left out), every 2 s; answers the signs at each keyframe. */
function signsOf(of: PictureSigns, groups: readonly (readonly [number, number, number?])[]): string[] {
  return groups.map(([keyframe, between, mark]) => {
    const signs = of.keyframe(keyframe, mark ?? 1_000_000 + (nextMark += 1), (atMs += 2_000));
    of.between(49 * between, 49);
    return [...signs].sort().join(' ');
  });
}
let nextMark = 0;
let atMs = 0;

test('ordinary footage gives no sign, a scene that grows busier or quieter by and by neither', () => {
  const groups = Array.from({ length: 60 }, (_, index): [number, number] => [
    60_000 * 1.02 ** index,
    8_000 * 0.97 ** index,
  ]);
  expect(new Set(signsOf(new PictureSigns(30_000), groups))).toEqual(new Set(['']));
});

test('a picture that stands still: nothing between its keyframes, which are the same', () => {
  const live: [number, number][] = Array.from({ length: 5 }, () => [60_000, 8_000]);
  const still: [number, number, number][] = Array.from({ length: 3 }, () => [58_000, 60, 7]);
  expect(signsOf(new PictureSigns(30_000), [...live, ...still]).slice(5)).toEqual([
    '',
    'again still',
    'again still',
  ]);
});

test('a black picture: a keyframe of quite another size, and the way back', () => {
  const of = new PictureSigns(30_000);
  const live: [number, number][] = Array.from({ length: 5 }, () => [60_000, 8_000]);
  expect(signsOf(of, [...live, [3_000, 50], [3_000, 50], ...live]).slice(5, 9)).toEqual([
    'small',
    'small still',
    'still',
    '',
  ]);
});

test('what a look has found to be nothing is usual from then on', () => {
  const of = new PictureSigns(30_000);
  signsOf(of, [
    [60_000, 8_000],
    [60_000, 8_000],
  ]);
  expect(signsOf(of, [[17_000, 700]])).toEqual(['small']);
  expect(signsOf(of, [[17_000, 700]])).toEqual(['small still']);
  of.adopt();
  expect(
    signsOf(of, [
      [17_000, 700],
      [17_000, 700],
    ]),
  ).toEqual(['', '']);
});
