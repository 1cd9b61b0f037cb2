import { expect, test } from '@jest/globals';
import { soundFacts, soundFault } from './sound-facts.ts';

const rateHz = 16_000;
const seconds = 2;
const sound = (at: (t: number) => number) =>
  Int16Array.from({ length: seconds * rateHz }, (_, index) => {
    const value = Math.round(32_767 * at(index / rateHz));
    return Math.max(-32_768, Math.min(32_767, value));
  });
const amplitude = (decibels: number) => 10 ** (decibels / 20);
/** A repeatable noise of this level. */
function noise(decibels: number): () => number {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state / 2 ** 30 - 1) * amplitude(decibels) * Math.sqrt(3);
  };
}
const hum =
  (level: number, hz = 50) =>
  (t: number) =>
    amplitude(level) *
    (Math.sin(2 * Math.PI * hz * t) +
      0.5 * Math.sin(6 * Math.PI * hz * t) +
      0.3 * Math.sin(18 * Math.PI * hz * t));
const kindOf = (samples: Int16Array) => soundFault(soundFacts(samples, rateHz))?.kind;

test('silence is less than any room has, whatever its offset; the quietest room is none', () => {
  expect(kindOf(sound(() => 0))).toBe('sound-silent');
  expect(kindOf(sound(() => 8 / 32_767))).toBe('sound-silent');
  expect(kindOf(sound(noise(-75)))).toBeUndefined();
  expect(kindOf(sound(noise(-45)))).toBeUndefined();
});

test('the hum of the mains alone, also of mains that are a little off; with a room behind it it is none', () => {
  for (const hz of [49.8, 50, 50.2]) expect(kindOf(sound(hum(-30, hz)))).toBe('sound-hum');
  const rest = noise(-75);
  expect(kindOf(sound((t) => hum(-20)(t) + rest()))).toBe('sound-hum');
  const room = noise(-55);
  expect(kindOf(sound((t) => hum(-20)(t) + room()))).toBeUndefined();
  expect(kindOf(sound((t) => amplitude(-20) * Math.sin(2 * Math.PI * 330 * t)))).toBeUndefined();
});

test('clipped is what is at its limit for much of the time, and not a loud word', () => {
  const loud = noise(-12);
  expect(kindOf(sound(loud))).toBeUndefined();
  const overdriven = noise(10);
  expect(kindOf(sound(overdriven))).toBe('sound-clipped');
  // Cut off, coded and decoded again: the flat tops are round, what is loud is still loud.
  expect(kindOf(sound((t) => amplitude(-2) * Math.sin(2 * Math.PI * 330 * t)))).toBe('sound-clipped');
});
