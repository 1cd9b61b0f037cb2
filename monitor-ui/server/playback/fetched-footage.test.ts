import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  counterIdSchema,
  grantIdSchema,
  newId,
  personIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  captureIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import type { AuditFact } from '../audit/index.ts';
import { FetchedFootage } from './fetched-footage.ts';
import { spanOfBytes, withSpan, type FetchedSpan } from './fetched-spans.ts';

const t0 = 1_800_000_000_000;
const grant = {
  id: newId(grantIdSchema),
  counterId: newId(counterIdSchema),
  from: utcMs(t0),
  to: utcMs(t0 + 3_600_000),
  expiresAt: utcMs(t0 + 7_200_000),
};
const [sourceId, otherSourceId] = [newId(sourceIdSchema), newId(sourceIdSchema)];
const personId = newId(personIdSchema);
const minute = (index: number): FetchedSpan => ({
  from: t0 + index * 60_000,
  to: t0 + (index + 1) * 60_000,
});

let told: AuditFact[];
let diskIsFull: boolean;
let fetched: FetchedFootage;
const spansTold = () => told.map(({ subject }) => ({ from: subject?.['from'], to: subject?.['to'] }));

beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  diskIsFull = false;
  fetched = new FetchedFootage({
    audit: {
      append: (fact) => {
        if (diskIsFull) throw new Error('database or disk is full');
        return told.push(fact);
      },
    },
    transaction: (work) => work(),
  });
});
afterEach(() => {
  fetched.close();
  jest.useRealTimers();
});

test('the first bytes of each source are told at once, the rest once a minute and merged', () => {
  fetched.note(grant, sourceId, personId, minute(0));
  fetched.note(grant, otherSourceId, personId, minute(0));
  expect(told.map(({ kind, subject }) => [kind, subject?.['sourceId']])).toEqual([
    ['footage-fetched', sourceId],
    ['footage-fetched', otherSourceId],
  ]);
  expect(told[0]).toMatchObject({
    personId,
    subject: { grantId: grant.id, counterId: grant.counterId, ...minute(0) },
  });
  for (const index of [2, 1, 7]) fetched.note(grant, sourceId, personId, minute(index));
  expect(told).toHaveLength(2);
  jest.advanceTimersByTime(60_000);
  expect(spansTold().slice(2)).toEqual([{ from: minute(1).from, to: minute(2).to }, minute(7)]);
});

test('after a minute without any, the next bytes are first ones again', () => {
  fetched.note(grant, sourceId, personId, minute(0));
  jest.advanceTimersByTime(60_000);
  expect(told).toHaveLength(1);
  fetched.note(grant, sourceId, personId, minute(1));
  expect(spansTold()).toEqual([minute(0), minute(1)]);
});

test('the end of the monitor tells what was left, and then each at once', () => {
  fetched.note(grant, sourceId, personId, minute(0));
  fetched.note(grant, sourceId, personId, minute(1));
  fetched.close();
  fetched.note(grant, sourceId, personId, minute(5));
  fetched.note(grant, sourceId, personId, minute(6));
  expect(spansTold()).toEqual([minute(0), minute(1), minute(5), minute(6)]);
});

test('what cannot be written down keeps the next bytes in, and is told once it can be', () => {
  fetched.note(grant, sourceId, personId, minute(0));
  fetched.note(grant, sourceId, personId, minute(1));
  diskIsFull = true;
  jest.advanceTimersByTime(60_000);
  expect(() => fetched.note(grant, sourceId, personId, minute(2))).toThrow('full');
  expect(() => fetched.note(grant, otherSourceId, personId, minute(2))).toThrow('full');
  diskIsFull = false;
  fetched.note(grant, sourceId, personId, minute(3));
  expect(spansTold()).toEqual([minute(0), { from: minute(1).from, to: minute(3).to }]);
});

test('many far places become fewer, wider spans that still cover each', () => {
  const stills = Array.from({ length: 300 }, (_, index) => t0 + ((index * 37) % 300) * 10_000);
  let spans: FetchedSpan[] = [];
  for (const at of stills) spans = withSpan(spans, { from: at, to: at });
  expect(spans.length).toBeLessThanOrEqual(20);
  for (const at of stills) expect(spans.some(({ from, to }) => from <= at && at <= to)).toBe(true);
});

test('bytes are placed in time from one place to begin to the next; an init segment shows nothing', () => {
  const piece = {
    ...{ segmentId: newId(segmentIdSchema), captureId: newId(captureIdSchema), sourceId },
    ...{ startUtcMs: utcMs(t0), endUtcMs: utcMs(t0 + 12_000), firstTfdt: 0, timescale: 90_000 },
    ...{ bytes: 1_300, initBytes: 100, mime: 'video/mp4', sealed: true },
    cuts: JSON.stringify([0, 100, 4_000, 500, 8_000, 900]),
  };
  expect(spanOfBytes(piece, 0, 99)).toBeUndefined();
  expect(spanOfBytes(piece, 0, 100)).toEqual({ from: t0, to: t0 + 4_000 });
  expect(spanOfBytes(piece, 500, 899)).toEqual({ from: t0 + 4_000, to: t0 + 8_000 });
  expect(spanOfBytes(piece, 499, 900)).toEqual({ from: t0, to: t0 + 12_000 });
  expect(spanOfBytes({ ...piece, cuts: undefined }, 900, 901)).toEqual({ from: t0, to: t0 + 12_000 });
});
