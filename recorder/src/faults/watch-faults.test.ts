import { expect, test } from '@jest/globals';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import { FaultBoard } from './fault-board.ts';
import { watchFaults } from './watch-faults.ts';

test('disk, age of the spool and archive are judged by their limits, both ways', () => {
  const clock = {
    wallNow: () => utcMs(10_000_000),
    monotonicNowMs: () => 50_000,
    sleep: async () => undefined,
  };
  const board = new FaultBoard(clock);
  let diskFault: string | undefined = 'it is full';
  let oldest: UtcMs | undefined = utcMs(10_000_000 - 3_600_001);
  let failingSinceMs: number | undefined = 20_000;
  const look = () => {
    watchFaults({
      board,
      clock,
      rules: { spoolAgeMs: 3_600_000, archiveGraceMs: 30_000 },
      diskFault: () => diskFault,
      oldestUnproven: () => oldest,
      archiveFailingSinceMs: () => failingSinceMs,
    });
    return board.list().map(({ kind }) => kind);
  };
  expect(look()).toEqual(['spool-age', 'archive', 'disk']);
  diskFault = undefined;
  oldest = utcMs(10_000_000 - 3_600_000);
  failingSinceMs = 20_001;
  expect(look()).toEqual([]);
  oldest = undefined;
  failingSinceMs = undefined;
  expect(look()).toEqual([]);
});
