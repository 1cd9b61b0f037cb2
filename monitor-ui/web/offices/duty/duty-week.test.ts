import { describe, expect, it } from '@jest/globals';
import { dayAfter, shownDay, typedDay } from './duty-day.ts';
import {
  faultOfPlan,
  minutesAWeek,
  mondayForAll,
  nextSpan,
  officeHours,
  reduces,
  roundTheClock,
  tidyTime,
  type DutyPlan,
} from './duty-week.ts';

const plan = (weekly: DutyPlan['weekly'], holidays: readonly string[] = []): DutyPlan => ({
  weekly,
  holidays,
});

describe('a duty plan', () => {
  it('counts its hours', () => {
    expect(minutesAWeek(plan(officeHours))).toBe(5 * 7.5 * 60);
    expect(minutesAWeek(plan(roundTheClock))).toBe(7 * 24 * 60);
  });

  it('names what is wrong', () => {
    expect(faultOfPlan(plan(officeHours))).toBeUndefined();
    expect(faultOfPlan(plan([{ weekday: 1, from: '25:00', to: '26:00' }]))).toBe('time');
    expect(faultOfPlan(plan([{ weekday: 1, from: '11:30', to: '07:30' }]))).toBe('order');
    expect(
      faultOfPlan(
        plan([
          { weekday: 2, from: '13:00', to: '17:00' },
          { weekday: 2, from: '07:30', to: '13:01' },
        ]),
      ),
    ).toBe('overlap');
    expect(
      faultOfPlan(
        plan(
          [],
          Array.from({ length: 401 }, () => '2026-01-01'),
        ),
      ),
    ).toBe('count');
  });

  it('knows a reduction, by hours and by holidays', () => {
    expect(reduces(plan(roundTheClock), plan(officeHours))).toBe(true);
    expect(reduces(plan(officeHours), plan(roundTheClock))).toBe(false);
    expect(reduces(plan(officeHours), plan(officeHours, ['2027-01-01']))).toBe(true);
    expect(reduces(plan(officeHours, ['2027-01-01']), plan(officeHours, ['2027-01-01']))).toBe(false);
  });

  it('copies Monday and offers the free part of a day', () => {
    const monday = plan([{ weekday: 1, from: '08:00', to: '12:00' }]);
    expect(mondayForAll(monday).weekly.map((span) => span.weekday)).toEqual([1, 2, 3, 4, 5]);
    expect(nextSpan(monday, 1)).toEqual({ weekday: 1, from: '13:30', to: '17:00' });
    expect(nextSpan(plan(roundTheClock), 3)).toBeUndefined();
  });

  it('takes times and days as people type them', () => {
    expect(['730', '7:30', '7h30', '07.30', '7'].map(tidyTime)).toEqual([
      '07:30',
      '07:30',
      '07:30',
      '07:30',
      '07:00',
    ]);
    expect(tidyTime('25:10')).toBe('25:10');
    expect(typedDay('2/9/2027')).toBe('2027-09-02');
    expect(typedDay('30/02/2027')).toBeUndefined();
    expect(shownDay('2027-09-02')).toBe('02/09/2027');
    expect(dayAfter(Date.UTC(2026, 10, 22, 17, 0, 0))).toBe('2026-11-24');
  });
});
