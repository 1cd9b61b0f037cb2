import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clockText, dateText, localOffsetMs, startOfLocalDay } from './local-time.ts';
import { ticksOf } from './ticks.ts';
import { dayMs, minuteMs, xOf } from './viewport.ts';

const midnight = Date.parse('2026-11-22T00:00:00+07:00');

describe('local time', () => {
  it('agrees with the zone database', () => {
    const zone = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Asia/Ho_Chi_Minh',
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
    });
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2080, 0) }), (atMs) => {
        expect(`${dateText(atMs)}, ${clockText(atMs)}`).toBe(zone.format(atMs));
      }),
    );
  });

  it('knows where the day of an office starts', () => {
    expect(startOfLocalDay(midnight)).toBe(midnight);
    expect(startOfLocalDay(midnight - 1)).toBe(midnight - dayMs);
    expect(clockText(midnight + 1480, true)).toBe('00:00:01.480');
  });
});

describe('ticks', () => {
  it('lie on round local times, never closer than their labels are wide, whatever the zoom', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: dayMs }),
        fc.integer({ min: 320, max: 2560 }),
        (spanMs, widthPx) => {
          const view = { fromMs: midnight + 12_345, toMs: midnight + 12_345 + spanMs, widthPx };
          const ticks = ticksOf(view);
          expect(ticks.length).toBeLessThanOrEqual(widthPx / 84 + 1);
          for (const [index, tick] of ticks.entries()) {
            const next = ticks[index + 1];
            if (next !== undefined)
              expect(xOf(view, next.atMs) - xOf(view, tick.atMs)).toBeGreaterThanOrEqual(83.9);
            expect((tick.atMs + localOffsetMs) % 100).toBe(0);
          }
        },
      ),
    );
  });

  it('say the date at midnight and the minute elsewhere', () => {
    const labels = ticksOf({ fromMs: midnight, toMs: midnight + dayMs, widthPx: 1200 }).map(
      ({ label }) => label,
    );
    expect(labels).toEqual([
      '22/11',
      '02:00',
      '04:00',
      '06:00',
      '08:00',
      '10:00',
      '12:00',
      '14:00',
      '16:00',
      '18:00',
      '20:00',
      '22:00',
      '23/11',
    ]);
    const seconds = ticksOf({ fromMs: midnight + minuteMs, toMs: midnight + minuteMs + 1000, widthPx: 1000 });
    expect(seconds[1]?.label).toBe('00:01:00.1');
  });
});
