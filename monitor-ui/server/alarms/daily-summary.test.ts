import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { unitIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { Shield } from '../shield/index.ts';
import { AuditLog } from '../audit/index.ts';
import { MonitorDatabase } from '../database/index.ts';
import { databaseSchema } from '../schema.ts';
import { AlarmStore } from './alarm-store.ts';
import { Alarms } from './alarms.ts';
import { DailySummary, type SiteFigures, type SummedCounter } from './daily-summary.ts';

const minute = 60_000;
const hour = 60 * minute;
const [unitA, unitB] = [unitIdSchema.parse(randomUUID()), unitIdSchema.parse(randomUUID())];
let now: number;
let database: MonitorDatabase;
let store: AlarmStore;
let counters: SummedCounter[];
let told: (readonly SiteFigures[])[];
let outward: string[];
const clock = { wallNow: () => utcMs(now), monotonicNowMs: () => now, sleep: async () => undefined };

function start(): DailySummary {
  store = new AlarmStore(database);
  const alarms = new Alarms({
    ...{ database, store, clock, audit: new AuditLog(database, clock, Shield.ofKey(Buffer.alloc(32))) },
    rules: { escalateAfterMs: hour, reopenWithinMs: hour },
    outward: (event, { severity }) => void outward.push(`${event} ${severity}`),
    announce: () => undefined,
  });
  return new DailySummary({
    ...{ alarms, database, clock, at: '07:15', counters: () => counters },
    outward: (sites) => told.push(sites),
  });
}
const open = () =>
  store.list({ sight: { but: undefined }, kinds: ['cameras-missing'], state: 'open', limit: 10 });
const camera = (state: 'recording' | 'retrying') => ({ kind: 'camera', state }) as const;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 20, 3, 0);
  told = [];
  outward = [];
  database = await MonitorDatabase.open(':memory:', databaseSchema);
  database.sqlite.exec(`INSERT INTO unit VALUES ('${unitA}', 'A', 0), ('${unitB}', 'B', 0)`);
  counters = [
    {
      unitId: unitA,
      siteName: 'Điểm A',
      sources: [camera('recording'), camera('retrying'), camera('retrying')],
    },
    { unitId: unitA, siteName: 'Điểm A2', sources: [] },
    { unitId: unitB, siteName: 'Điểm B', sources: [camera('recording')] },
  ];
});
afterEach(() => database.close());

test('once a day, at its time and not on the first day: an alarm for each unit that misses cameras', () => {
  const summary = start();
  summary.sweep();
  expect(told).toEqual([]);
  now = Date.UTC(2026, 10, 21, 0, 14, 59);
  summary.sweep();
  expect(told).toEqual([]);
  now += 1_000;
  summary.sweep();
  summary.sweep();
  expect(told).toEqual([
    [
      { siteName: 'Điểm A', declared: 3, working: 1 },
      { siteName: 'Điểm A2', declared: 1, working: 0 },
      { siteName: 'Điểm B', declared: 1, working: 1 },
    ],
  ]);
  expect(open()).toMatchObject([
    { unitId: unitA, cameras: { declared: 4, working: 1 }, condition: 'standing', severity: 'critical' },
  ]);
  start().sweep();
  expect(told).toHaveLength(1);
  now += 24 * hour;
  start().sweep();
  expect(open()).toHaveLength(2);
});

test('a day that was missed is made up for at the start; what is well again ends', () => {
  start();
  now = Date.UTC(2026, 10, 24, 12, 0);
  const summary = start();
  summary.sweep();
  expect(told).toHaveLength(1);
  counters = counters.map((counter) => ({ ...counter, sources: [camera('recording')] }));
  summary.sweep();
  expect(open()).toMatchObject([{ condition: 'ended', to: now }]);
});

test.each([
  [180, 163, 'medium'],
  [180, 162, 'high'],
  [180, 91, 'high'],
  [180, 90, 'critical'],
  [180, 3, 'critical'],
] as const)('of %i cameras %i work: %s', (declared, working, severity) => {
  const summary = start();
  now += 24 * hour;
  counters = [withWorking(declared, working)];
  summary.sweep();
  expect(open()).toMatchObject([{ severity, cameras: { declared, working } }]);
});

test('an open alarm becomes as severe as what is missing now, told once more, and stays so while some come back', () => {
  const summary = start();
  now += 24 * hour;
  counters = [withWorking(180, 170)];
  summary.sweep();
  expect(open()).toMatchObject([{ severity: 'medium' }]);
  counters = [withWorking(180, 3)];
  now += minute;
  summary.sweep();
  summary.sweep();
  expect(open()).toMatchObject([{ severity: 'critical', count: 1, cameras: { declared: 180, working: 3 } }]);
  counters = [withWorking(180, 170)];
  now += minute;
  summary.sweep();
  expect(open()).toMatchObject([{ severity: 'critical', cameras: { declared: 180, working: 170 } }]);
  expect(outward).toEqual(['raised medium', 'worsened critical']);
});

function withWorking(declared: number, working: number): SummedCounter {
  const sources = Array.from({ length: declared }, (_, nth) =>
    camera(nth < working ? 'recording' : 'retrying'),
  );
  return { unitId: unitA, siteName: 'Điểm A', sources };
}
