import { expect, test } from '@jest/globals';
import { dayOf, daysOf, monthOf, otherMonth, weekdayOf } from './month-days.ts';

test('months have their days, over years and leap years', () => {
  expect(daysOf('2028-02')).toHaveLength(29);
  expect(daysOf('2026-12').at(-1)).toBe('2026-12-31');
  expect(otherMonth('2026-12', 1)).toBe('2027-01');
  expect(otherMonth('2026-01', -1)).toBe('2025-12');
});

test('days are those of the offices, whatever the zone of the machine', () => {
  const lateInUtc = Date.parse('2026-11-30T18:00:00Z');
  expect(dayOf(lateInUtc)).toBe('2026-12-01');
  expect(monthOf(lateInUtc)).toBe('2026-12');
  expect(weekdayOf('2026-11-23')).toBe(1);
  expect(weekdayOf('2026-11-29')).toBe(7);
});
