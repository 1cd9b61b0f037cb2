import { expect, test } from '@jest/globals';
import { SoundSigns } from './sound-signs.ts';

/** A second of fragments of two frames each. */
function second(of: SoundSigns, bytesOfFrame: (index: number) => number): string {
  let full = false;
  for (let index = 0; !full; index += 1) full = of.add(2 * bytesOfFrame(index), 2, 128);
  return [...of.signs].sort().join(' ');
}

test('a room gives no sign, silence does, whether it is coded small or padded to its rate', () => {
  const of = new SoundSigns();
  expect(second(of, (index) => 200 + 40 * (index % 3))).toBe('');
  expect(second(of, (index) => 24 + (index % 4))).toBe('');
  expect(second(of, () => 6)).toBe('even small');
  expect(second(of, () => 256)).toBe('even');
  expect(second(of, (index) => 200 + 40 * (index % 3))).toBe('');
});

test('what came of a second before another capture is not counted in', () => {
  const of = new SoundSigns();
  of.add(4, 2, 900);
  of.restart();
  expect(of.add(400, 2, 128)).toBe(false);
});
