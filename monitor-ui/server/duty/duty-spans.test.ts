import { describe, expect, it } from '@jest/globals';
import type { DutyCalendar } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import fc from 'fast-check';
import { defaultDutyWeek, dutySpans, localDate, nextDate } from './duty-spans.ts';
import { totalMs } from './spans.ts';

const at = (text: string) => utcMs(Date.parse(text));
const usual: DutyCalendar = { weekly: defaultDutyWeek, holidays: [], effectiveFrom: '2026-01-01' };
const written = (spans: ReturnType<typeof dutySpans>) =>
  spans.map((span) => `${new Date(span.from).toISOString()}/${new Date(span.to).toISOString()}`);

describe('duty spans', () => {
  it('are the office hours of the day in Việt Nam', () => {
    // 2026-11-23 is a Monday; local midnight is 17:00Z the day before.
    const spans = dutySpans([usual], at('2026-11-22T17:00:00Z'), at('2026-11-23T17:00:00Z'));
    expect(written(spans)).toEqual([
      '2026-11-23T00:30:00.000Z/2026-11-23T04:30:00.000Z',
      '2026-11-23T06:30:00.000Z/2026-11-23T10:00:00.000Z',
    ]);
  });

  it('are none on Saturday, Sunday and holidays', () => {
    const weekend = dutySpans([usual], at('2026-11-20T17:00:00Z'), at('2026-11-22T17:00:00Z'));
    expect(weekend).toEqual([]);
    const holiday = { ...usual, holidays: ['2026-11-23'] };
    expect(dutySpans([holiday], at('2026-11-22T17:00:00Z'), at('2026-11-23T17:00:00Z'))).toEqual([]);
  });

  it('are cut to what was asked, and join over midnight', () => {
    const always: DutyCalendar = {
      ...usual,
      weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' })),
    };
    const [from, to] = [at('2026-11-20T03:04:05.678Z'), at('2026-12-24T03:04:05Z')];
    expect(dutySpans([always], from, to)).toEqual([{ from, to }]);
  });

  it('count overlapping hours once', () => {
    const doubled: DutyCalendar = {
      ...usual,
      weekly: [
        { weekday: 1, from: '08:00', to: '12:00' },
        { weekday: 1, from: '09:00', to: '10:00' },
        { weekday: 1, from: '11:00', to: '13:00' },
      ],
    };
    const spans = dutySpans([doubled], at('2026-11-22T17:00:00Z'), at('2026-11-23T17:00:00Z'));
    expect(totalMs(spans)).toBe(5 * 3_600_000);
    expect(spans).toHaveLength(1);
  });

  it('follow the calendar that held on the day, never backwards', () => {
    const reduced: DutyCalendar = { weekly: [], holidays: [], effectiveFrom: '2026-11-24' };
    const spans = dutySpans([usual, reduced], at('2026-11-22T17:00:00Z'), at('2026-11-27T17:00:00Z'));
    expect(spans.map((span) => localDate(span.from))).toEqual(['2026-11-23', '2026-11-23']);
    const corrected: DutyCalendar = { ...usual, effectiveFrom: '2026-11-24' };
    const again = dutySpans(
      [usual, reduced, corrected],
      at('2026-11-22T17:00:00Z'),
      at('2026-11-24T17:00:00Z'),
    );
    expect(again).toHaveLength(4);
  });

  it('of two halves are those of the whole', () => {
    const whole = [at('2026-11-15T00:00:00Z'), at('2026-12-05T00:00:00Z')] as const;
    fc.assert(
      fc.property(fc.integer({ min: whole[0], max: whole[1] }), (middle) => {
        const half = utcMs(middle);
        const parts =
          totalMs(dutySpans([usual], whole[0], half)) + totalMs(dutySpans([usual], half, whole[1]));
        expect(parts).toBe(totalMs(dutySpans([usual], whole[0], whole[1])));
      }),
    );
  });

  it('knows the next day across months and years', () => {
    expect(nextDate('2026-12-31')).toBe('2027-01-01');
    expect(nextDate('2028-02-28')).toBe('2028-02-29');
  });
});
