import { utcMs, type CounterId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { badInput } from '../problem/index.ts';

const minuteMs = 60_000;
/** People are sure of the time to about this much. */
const marginMs = 15 * minuteMs;
/** When only one time was given. */
const aroundMs = 60 * minuteMs;
const longestMs = 7 * 24 * 60 * minuteMs;
const slackMs = minuteMs;

export interface ClipSpan {
  readonly counterId: CounterId;
  readonly from: UtcMs;
  readonly to: UtcMs;
}

/** What a complaint says of when it happened. Throws 400 for times that cannot be. */
export function requireTimes(
  {
    happenedFrom: from,
    happenedTo: to,
  }: { happenedFrom?: UtcMs | undefined; happenedTo?: UtcMs | undefined },
  now: UtcMs,
): void {
  if (from === undefined) {
    if (to !== undefined) throw badInput('/happenedFrom', 'needed-beside', { field: 'happenedTo' });
    return;
  }
  if (from > now + slackMs) throw badInput('/happenedFrom', 'at-most-now');
  if (to === undefined) return;
  if (to < from) throw badInput('/happenedTo', 'not-before', { field: 'happenedFrom' });
  if (to > now + slackMs) throw badInput('/happenedTo', 'at-most-now');
  if (to - from > longestMs) throw badInput('/happenedTo', 'days-after', { count: 7, field: 'happenedFrom' });
}

/** The footage to hold around what happened. */
export function heldAround(from: UtcMs, to: UtcMs | undefined): { readonly from: UtcMs; readonly to: UtcMs } {
  return to === undefined
    ? { from: utcMs(from - aroundMs), to: utcMs(from + aroundMs) }
    : { from: utcMs(from - marginMs), to: utcMs(to + marginMs) };
}
