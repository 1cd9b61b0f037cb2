import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { counterIdSchema, newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import { openSpool, type Spool } from '../spool/index.ts';
import { counterDaysMigrations, counterDaysTable, ToldCounterDays } from './counter-days.ts';

const recorderId = newId(recorderIdSchema);
const [first, second] = [newId(counterIdSchema), newId(counterIdSchema)];
let home: string;
let spool: Spool;

const openIt = async () => {
  spool = await openSpool({
    ...{ directory: join(home, 'spool'), clock: systemClock, recorderId, version: '1.0.0' },
    ...{ migrations: counterDaysMigrations, kept: counterDaysTable },
  });
};
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mb-days-'));
  await openIt();
});
afterEach(async () => {
  spool.close();
  await rm(home, { recursive: true });
});

test('how long counters are kept is known from the last time it was told, all of it', () => {
  const days = new ToldCounterDays(spool);
  expect(days.of(first)).toBeUndefined();
  expect(days.told([{ counterId: first, days: 365 }])).toBe(true);
  expect(days.told([{ counterId: first, days: 365 }])).toBe(false);
  expect(days.told([{ counterId: second, days: 30 }])).toBe(true);
  expect([days.of(first), days.of(second)]).toEqual([undefined, 30]);
});

test.each([
  ['a restart', async () => undefined],
  ['the loss of the index', async () => rm(join(home, 'spool/spool.db'))],
])('it outlives %s', async (_what, lose) => {
  new ToldCounterDays(spool).told([{ counterId: first, days: 90 }]);
  new ToldCounterDays(spool).told([{ counterId: first, days: 365 }]);
  spool.close();
  await lose();
  await openIt();
  expect(new ToldCounterDays(spool).of(first)).toBe(365);
});

test('what the disk did not take counts, and is written when it is told again', async () => {
  const days = new ToldCounterDays(spool);
  const { database } = spool;
  database.exec(`CREATE TRIGGER full BEFORE INSERT ON counter_days BEGIN SELECT RAISE(ABORT, 'full'); END`);
  expect(() => days.told([{ counterId: first, days: 365 }])).toThrow('full');
  expect(days.of(first)).toBe(365);
  database.exec('DROP TRIGGER full');
  expect(days.told([{ counterId: first, days: 365 }])).toBe(true);
  expect(new ToldCounterDays(spool).of(first)).toBe(365);
});
