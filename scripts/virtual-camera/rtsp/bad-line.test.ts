import { expect, test } from '@jest/globals';
import { overBadLine, randomNumbers } from './bad-line.ts';
import { address, layOut } from './wire-unit.ts';

const count = 10_000;
const unit = layOut(
  Array.from({ length: count }, () => ({ pieces: [Buffer.from([1, 2, 3, 4])], marker: false })),
  96,
  true,
);
const sent = () => address(unit, { channel: 0, firstSequenceNumber: 0, timestamp: 0, ssrc: 0 });

function received(
  line: { lossPercent?: number; reorderPercent?: number; corruptPercent?: number },
  seed = 1,
) {
  const whole = { lossPercent: 0, reorderPercent: 0, corruptPercent: 0, ...line };
  const bytes = overBadLine(unit, sent(), whole, randomNumbers(seed));
  return Array.from({ length: bytes.length / 20 }, (_, index) => ({
    number: bytes.readUInt16BE(index * 20 + 6),
    payload: bytes.subarray(index * 20 + 16, index * 20 + 20).toString('hex'),
  }));
}

test('a good line changes nothing', () => {
  expect(received({}).map(({ number }) => number)).toEqual(
    Array.from({ length: count }, (_, index) => index),
  );
});

test('about the share asked for is lost, in order', () => {
  const numbers = received({ lossPercent: 5 }).map(({ number }) => number);
  expect(count - numbers.length).toBeGreaterThan(400);
  expect(count - numbers.length).toBeLessThan(600);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

test('about the share asked for arrives out of order, and none is lost', () => {
  const numbers = received({ reorderPercent: 10 }).map(({ number }) => number);
  expect(new Set(numbers).size).toBe(count);
  const late = numbers.filter((number, index) => number < (numbers[index - 1] ?? -1)).length;
  expect(late).toBeGreaterThan(700);
  expect(late).toBeLessThan(1_300);
});

test('damage keeps the headers, and the same seed does the same', () => {
  const damaged = received({ corruptPercent: 20 });
  expect(damaged.map(({ number }) => number)).toEqual(received({}).map(({ number }) => number));
  const bad = damaged.filter(({ payload }) => payload !== '01020304').length;
  expect(bad).toBeGreaterThan(1_700);
  expect(bad).toBeLessThan(2_300);
  expect(received({ corruptPercent: 20 })).toEqual(damaged);
  expect(received({ corruptPercent: 20 }, 2)).not.toEqual(damaged);
});
