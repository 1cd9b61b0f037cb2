import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { PreviousRun } from './spool.ts';

/** How the run before ended, from what it left in the index and from the machine's boot ids. */
export function previousRunOf(
  before: {
    readonly isNew: boolean;
    readonly stoppedCleanly: boolean;
    readonly boot: string | undefined;
    readonly lastAliveAt: UtcMs | undefined;
  },
  boot: string,
): PreviousRun {
  if (before.isNew) return { end: 'none', evidence: 'nothing was recorded here before' };
  const seen =
    before.lastAliveAt === undefined
      ? 'when it was last alive is not known'
      : `last alive at ${new Date(before.lastAliveAt).toISOString()}`;
  if (before.stoppedCleanly) return { end: 'stopped', evidence: `the run before stopped in order, ${seen}` };
  if (before.boot !== undefined && before.boot !== boot) {
    return {
      end: 'power-lost',
      evidence: `the machine went down under the run before, ${seen}: boot ${before.boot} then, ${boot} now`,
    };
  }
  return {
    end: 'crashed',
    evidence: `the run before ended without a word, ${seen}, on the same boot ${boot}`,
  };
}
