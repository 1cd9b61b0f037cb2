import { describe, expect, it } from '@jest/globals';
import { PlayedLog } from './played-log.ts';

describe('PlayedLog', () => {
  it('joins what was shown on end and parts what was jumped over', () => {
    const log = new PlayedLog();
    for (let atMs = 0; atMs <= 5000; atMs += 250) log.observe('a', 1_000_000 + atMs, 1);
    for (let atMs = 0; atMs <= 1000; atMs += 250) log.observe('a', 2_000_000 + atMs, 1);
    log.observe('b', 1_000_000, 1);
    log.observe('b', 1_000_500, 1);
    expect(log.take()).toEqual([
      { sourceId: 'a', from: 1_000_000, to: 1_005_000, rate: 1 },
      { sourceId: 'a', from: 2_000_000, to: 2_001_000, rate: 1 },
      { sourceId: 'b', from: 1_000_000, to: 1_000_500, rate: 1 },
    ]);
    expect(log.take()).toEqual([]);
  });

  it('keeps speeds and directions apart, with from before to', () => {
    const log = new PlayedLog();
    log.observe('a', 9000, -8);
    log.observe('a', 1000, -8);
    log.observe('a', 1000, 2);
    log.observe('a', 2000, 2);
    expect(log.take()).toEqual([
      { sourceId: 'a', from: 1000, to: 9000, rate: -8 },
      { sourceId: 'a', from: 1000, to: 2000, rate: 2 },
    ]);
  });

  it('reports in batches and loses none that failed', () => {
    const log = new PlayedLog();
    for (let index = 0; index < 5; index += 1) {
      log.observe('a', index * 100_000, 1);
      log.observe('a', index * 100_000 + 1000, 1);
    }
    const first = log.take(2);
    log.putBack(first);
    expect(log.take(10)).toHaveLength(5);
  });
});
