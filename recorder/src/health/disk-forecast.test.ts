import { describe, expect, it } from '@jest/globals';
import { DiskForecast, type DiskSample } from './disk-forecast.ts';

const gib = 2 ** 30;
const hour = 3_600_000;
const sample = (hours: number, change: Partial<DiskSample> = {}): DiskSample => ({
  monotonicMs: hours * hour,
  totalBytes: 100 * gib,
  freeBytes: 40 * gib,
  leavableBytes: 20 * gib,
  ownBytes: 50 * gib,
  ...change,
});

describe('the forecast of a disk', () => {
  it('says nothing before it has seen enough', () => {
    const forecast = new DiskForecast();
    expect(forecast.add(sample(0))).toMatchObject({ roomBytes: 60 * gib, hoursLeft: undefined });
    expect(forecast.add(sample(0.1, { freeBytes: 39 * gib }))).toMatchObject({ hoursLeft: undefined });
  });

  it('counts what may leave as room, and tells the hours from the rate', () => {
    const forecast = new DiskForecast();
    forecast.add(sample(0));
    // 2 GiB were written, 1 of them proven in the meantime: the room shrank by 1.
    const outlook = forecast.add(sample(1, { freeBytes: 38 * gib, leavableBytes: 21 * gib }));
    expect(outlook.shrinksBytesPerHour).toBe(gib);
    expect(outlook.hoursLeft).toBe(59);
  });

  it('has no end to tell of while everything is proven as fast as it comes', () => {
    const forecast = new DiskForecast();
    forecast.add(sample(0));
    expect(
      forecast.add(sample(1, { freeBytes: 38 * gib, leavableBytes: 22 * gib })).hoursLeft,
    ).toBeUndefined();
  });

  it('forgets a rate that is long over', () => {
    const forecast = new DiskForecast();
    forecast.add(sample(0, { freeBytes: 80 * gib }));
    for (const hours of [1, 3, 5, 7]) forecast.add(sample(hours));
    expect(forecast.add(sample(7.5)).hoursLeft).toBeUndefined();
  });

  it('names what is not ours by how much it grew', () => {
    const forecast = new DiskForecast();
    forecast.add(sample(0));
    expect(forecast.add(sample(1, { freeBytes: 38 * gib, ownBytes: 52 * gib })).foreignGrowthBytes).toBe(0);
    expect(forecast.add(sample(2, { freeBytes: 10 * gib })).foreignGrowthBytes).toBe(30 * gib);
  });
});
