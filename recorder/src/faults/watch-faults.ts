import type { Clock } from '@minhbach/shared/clock';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { FaultBoard } from './fault-board.ts';

export interface WatchedParts {
  readonly board: FaultBoard;
  readonly clock: Clock;
  readonly rules: {
    /** Footage that has waited longer than this to be proven is a fault. */
    readonly spoolAgeMs: number;
    /** The archive may fail for this long before it is one. */
    readonly archiveGraceMs: number;
  };
  /** What is wrong with the disk, in one sentence; `undefined` when nothing is. */
  readonly diskFault: () => string | undefined;
  /** End of the oldest footage not yet proven. */
  readonly oldestUnproven: () => UtcMs | undefined;
  /** Since when (monotonic) the archive cannot be used; `undefined` while it can. */
  readonly archiveFailingSinceMs: () => number | undefined;
}

const minuteMs = 60_000;

/** Looks once at what nobody tells of by itself. */
export function watchFaults(of: WatchedParts): void {
  const { board, clock, rules } = of;
  const oldest = of.oldestUnproven();
  const ageMs = oldest === undefined ? 0 : clock.wallNow() - oldest;
  board.judge(ageMs > rules.spoolAgeMs, {
    kind: 'spool-age',
    evidence: `footage has waited ${Math.round(ageMs / minuteMs)} min to be proven in the archive`,
  });
  const failingSinceMs = of.archiveFailingSinceMs();
  const failingMs = failingSinceMs === undefined ? 0 : clock.monotonicNowMs() - failingSinceMs;
  board.judge(failingSinceMs !== undefined && failingMs >= rules.archiveGraceMs, {
    kind: 'archive',
    evidence: `the archive cannot be used for ${Math.round(failingMs / 1_000)} s`,
  });
  const diskFault = of.diskFault();
  board.judge(diskFault !== undefined, { kind: 'disk', evidence: diskFault ?? '' });
}
