import { expect, test } from '@jest/globals';
import { gridSize, pictureFacts, pictureFault, type LumaGrid } from './picture-facts.ts';

const grid = (at: (x: number, y: number) => number): LumaGrid => {
  const { widthPx, heightPx } = gridSize;
  const luma = Uint8Array.from({ length: widthPx * heightPx }, (_, index) => {
    const value = Math.round(at(index % widthPx, Math.floor(index / widthPx)));
    return Math.max(0, Math.min(255, value));
  });
  return { ...gridSize, luma };
};
/** The same noise for the same seed, of about this standard deviation. */
const noisy = (deviation: number, seed: number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state / 2 ** 30 - 1) * deviation * Math.sqrt(3);
  };
};
const room = (x: number, y: number) => 60 + 40 * Math.sin(x / 9) * Math.cos(y / 7);
const kindOf = (older: LumaGrid | undefined, newer: LumaGrid) =>
  pictureFault(pictureFacts(older, newer))?.kind;

test('black, a cap over the lens and a hand that lets light in at one edge show nothing', () => {
  const black = grid(() => 16);
  expect(kindOf(undefined, black)).toBe('picture-blank');
  expect(kindOf(black, black)).toBe('picture-blank');
  const grain = noisy(3, 1);
  expect(
    kindOf(
      undefined,
      grid(() => 20 + grain()),
    ),
  ).toBe('picture-blank');
  const grainy = noisy(2, 2);
  expect(
    kindOf(
      undefined,
      grid((x) => 16 + x / 20 + grainy()),
    ),
  ).toBe('picture-blank');
});

test('a dim room is a room', () => {
  const grain = noisy(2, 3);
  expect(
    kindOf(
      undefined,
      grid((x, y) => 18 + room(x, y) / 10 + grain()),
    ),
  ).toBeUndefined();
});

test('two keyframes of a still room differ by the noise of the sensor; of a frozen picture by nothing', () => {
  const first = noisy(1, 4);
  const second = noisy(1, 5);
  const older = grid((x, y) => room(x, y) + first());
  expect(
    kindOf(
      older,
      grid((x, y) => room(x, y) + second()),
    ),
  ).toBeUndefined();
  expect(kindOf(older, older)).toBe('picture-frozen');
  expect(kindOf(undefined, older)).toBeUndefined();
  // A clock that the camera writes into its frozen picture goes on.
  const clock = grid((x, y) => (x < 60 && y < 8 ? 200 : (older.luma[y * gridSize.widthPx + x] ?? 0)));
  expect(kindOf(older, clock)).toBe('picture-frozen');
});
