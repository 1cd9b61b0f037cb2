import { expect, test } from '@jest/globals';
import {
  alarmIdSchema,
  counterIdSchema,
  newId,
  siteIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import type { AlarmFact } from './alarm-fact.ts';
import { AlarmFootage } from './alarm-footage.ts';

const minute = 60_000;
const counterId = newId(counterIdSchema);
const siteId = newId(siteIdSchema);
const at = utcMs(1_800_000_000_000);
const id = newId(alarmIdSchema);
const alarm = (more: Partial<AlarmFact>) =>
  ({ id, place: { siteId, counterId }, lastSeen: at, to: undefined, ...more }) as AlarmFact;

test('names the footage of the counter around the begin and around the end, each once', () => {
  const footage = new AlarmFootage();
  expect(footage.spanOf(alarm({}))).toEqual({ counterId, from: at - minute, to: at + 10 * minute });
  expect(footage.spanOf(alarm({ state: 'owned' }))).toBeUndefined();
  const to = utcMs(at + 60 * minute);
  expect(footage.spanOf(alarm({ to }))).toEqual({ counterId, from: to - minute, to: to + minute });
  expect(footage.spanOf(alarm({ to, state: 'closed' }))).toBeUndefined();
  // It comes back.
  const lastSeen = utcMs(to + minute);
  expect(footage.spanOf(alarm({ lastSeen }))).toMatchObject({ from: to });
});

test('names nothing for what is about no counter', () => {
  expect(new AlarmFootage().spanOf(alarm({ place: { siteId } }))).toBeUndefined();
});
