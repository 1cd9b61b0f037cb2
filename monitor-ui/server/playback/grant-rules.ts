import type { Role } from '@minhbach/shared/protocol';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import { badInput, ProblemError } from '../problem/index.ts';

export interface SpanWanted {
  readonly from: UtcMs;
  readonly to: UtcMs;
}

export interface GrantWanted extends SpanWanted {
  readonly role: Role;
  readonly reason: string | undefined;
  /** The span of the incident named, if it is this person's own. */
  readonly ownIncident: SpanWanted | undefined;
}

const minuteMs = 60_000;
const grantSpanLimitMs = 24 * 60 * minuteMs;
const monitorReachMs = 10 * minuteMs;
/** Around an incident of one's own, to see how it came about and what followed. */
const incidentMarginMs = 5 * minuteMs;
/** Between a page asking and us deciding, and between its clock and ours. */
const slackMs = 5_000;

/** The span that may be granted at `now`. Throws the problem that says what is allowed. */
export function grantableSpan(wanted: GrantWanted, now: UtcMs): SpanWanted {
  const { from } = wanted;
  if (wanted.to > now + slackMs) throw badInput('/to', 'at-most-now');
  const to = utcMs(Math.min(wanted.to, now));
  if (from >= to) throw badInput('/to', 'later-than', { field: 'from' });
  if (to - from > grantSpanLimitMs) throw badInput('/to', 'hours-after', { count: 24, field: 'from' });
  if (wanted.role === 'monitor') requireWithinReach({ from, to }, wanted.ownIncident, now);
  else if ((wanted.reason ?? '').length < 3) {
    throw badInput('/reason', 'characters-at-least', { count: 3 });
  }
  return { from, to };
}

function requireWithinReach(span: SpanWanted, incident: SpanWanted | undefined, now: UtcMs): void {
  if (span.from >= now - monitorReachMs - slackMs) return;
  if (incident && span.from >= incident.from - incidentMarginMs && span.to <= incident.to + incidentMarginMs)
    return;
  throw new ProblemError(
    403,
    'too-far-back',
    'A monitor goes back at most 10 minutes, or plays incidents of his own.',
    {
      params: { minutes: 10 },
    },
  );
}
