import type { TransactionInput } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import type { InputFault } from '../problem/index.ts';

const aheadMs = 60_000;
const longestMs = 12 * 3_600_000;

/** What is wrong with its times, if anything: the field and what is allowed. */
export function faultOfTimes(
  { startedAt, endedAt }: Pick<TransactionInput, 'startedAt' | 'endedAt'>,
  now: UtcMs,
): InputFault | undefined {
  if (startedAt > now + aheadMs) return { pointer: '/startedAt', message: 'is at most 60 s ahead of now' };
  if (endedAt === undefined) return undefined;
  if (endedAt <= startedAt) return { pointer: '/endedAt', message: 'is later than startedAt' };
  if (endedAt > now + aheadMs) return { pointer: '/endedAt', message: 'is at most 60 s ahead of now' };
  if (endedAt - startedAt > longestMs)
    return { pointer: '/endedAt', message: 'is at most 12 h after startedAt' };
  return undefined;
}
