import { expect, test } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { endOfTerm } from './working-days.ts';

const local = (text: string) => utcMs(Date.parse(`${text}+07:00`));
const none = { holidays: [], workdays: [] };

test('working days leave out weekends, solar and stated holidays', () => {
  // Thursday evening; the week after has 30 April and 1 May off, and Hùng Kings' day as stated.
  const from = local('2026-04-23T20:00:00');
  const term = { days: 7, working: true };
  expect(endOfTerm(from, term, none)).toBe(local('2026-05-07T00:00:00'));
  expect(endOfTerm(from, term, { ...none, holidays: ['2026-04-27'] })).toBe(local('2026-05-08T00:00:00'));
});

test('a Saturday that is worked counts', () => {
  const from = local('2026-06-05T09:00:00');
  const term = { days: 1, working: true };
  expect(endOfTerm(from, term, none)).toBe(local('2026-06-09T00:00:00'));
  expect(endOfTerm(from, term, { ...none, workdays: ['2026-06-06'] })).toBe(local('2026-06-07T00:00:00'));
});

test('calendar days that end on a day off end on the next working day', () => {
  const from = local('2026-06-04T23:59:59');
  expect(endOfTerm(from, { days: 1, working: false }, none)).toBe(local('2026-06-06T00:00:00'));
  expect(endOfTerm(from, { days: 2, working: false }, none)).toBe(local('2026-06-09T00:00:00'));
});
