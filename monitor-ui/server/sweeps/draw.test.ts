import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { placesDrawn, seedOf, type DrawBasis } from './draw.ts';

const basis: DrawBasis = {
  auditSize: 7,
  auditLeaf: 'aa',
  recorderId: 'r',
  generations: '0:10 1:20',
  lastLeaf: 'bb',
};

test('a draw is what its description says, by other means', () => {
  const text = 'minh-bach sweep 1\n7\naa\nr\n0:10 1:20\nbb\n';
  const seed = seedOf(basis);
  expect(seed).toBe(createHash('sha256').update(text).digest('hex'));
  const again = [0, 1, 2].map((draw) => {
    const digest = createHash('sha256')
      .update(Buffer.from(`${seed}0000000${draw}`, 'hex'))
      .digest('hex');
    return Number(BigInt(`0x${digest.slice(0, 16)}`) % 30n);
  });
  const drawn = placesDrawn(seed, 30);
  expect([0, 1, 2].map(() => drawn.next().value)).toEqual(again);
});

test('every part of the basis changes the draw', () => {
  const seeds = new Set([
    seedOf(basis),
    ...Object.keys(basis).map((part) => seedOf({ ...basis, [part]: part === 'auditSize' ? 8 : 'other' })),
  ]);
  expect(seeds.size).toBe(6);
});

test('places are spread over all entries', () => {
  const counts = new Array<number>(10).fill(0);
  const places = placesDrawn(seedOf(basis), 10);
  for (let drawn = 0; drawn < 5_000; drawn += 1) {
    const place = places.next().value ?? -1;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(400);
  expect(Math.max(...counts)).toBeLessThan(600);
});
