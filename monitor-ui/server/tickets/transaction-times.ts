import type { TransactionInput } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import { inputFault, type InputFault } from '../problem/index.ts';

const aheadMs = 60_000;
const longestMs = 12 * 3_600_000;

/** What is wrong with its times, if anything: the field and what is allowed. */
export function faultOfTimes(
  { startedAt, endedAt }: Pick<TransactionInput, 'startedAt' | 'endedAt'>,
  now: UtcMs,
): InputFault | undefined {
  if (startedAt > now + aheadMs) return inputFault('/startedAt', 'seconds-ahead', { count: 60 });
  if (endedAt === undefined) return undefined;
  if (endedAt <= startedAt) return inputFault('/endedAt', 'later-than', { field: 'startedAt' });
  if (endedAt > now + aheadMs) return inputFault('/endedAt', 'seconds-ahead', { count: 60 });
  if (endedAt - startedAt > longestMs)
    return inputFault('/endedAt', 'hours-after', { count: 12, field: 'startedAt' });
  return undefined;
}
