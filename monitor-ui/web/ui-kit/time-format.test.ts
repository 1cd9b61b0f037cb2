import { describe, expect, it } from '@jest/globals';
import { formatDateTime, formatDuration, formatTenths } from './time-format.ts';

describe('times on screen', () => {
  it('are of the offices, not of the machine', () => {
    expect(formatDateTime(Date.UTC(2026, 10, 22, 17, 30, 5))).toBe('23/11/2026 00:30:05');
    expect(formatDateTime(Date.UTC(2026, 0, 1, 17, 0, 0))).toBe('02/01/2026 00:00:00');
  });

  it('say durations in hours, minutes and seconds', () => {
    expect(formatDuration(72_999)).toBe('00:01:12');
    expect(formatDuration(-5)).toBe('00:00:00');
    expect(formatDuration(26 * 3_600_000)).toBe('26:00:00');
  });

  it('say tenths with the mark of the language', () => {
    expect(formatTenths(349, 'vi')).toBe('0,3');
    expect(formatTenths(2800, 'en')).toBe('2.8');
    expect(formatTenths(-40, 'en')).toBe('0.0');
  });
});
