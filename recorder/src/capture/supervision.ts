import type { CaptureEnd } from './capture-end.ts';

/** What supervision does with a device now. Everything that counts is in here: the same state and event give the same next state. */
export type Supervision = { readonly history: History } & (
  | { readonly state: 'finding' }
  | { readonly state: 'capturing' }
  | { readonly state: 'waiting'; readonly after: CaptureEnd; readonly waitMs: number }
  | { readonly state: 'over' }
);

/** Failures in a row, and refused logins in a row among them. */
interface History {
  readonly failures: number;
  readonly refusals: number;
}

export type SupervisionEvent =
  | { readonly kind: 'found' }
  /** The stream could not be found, or its capture ended, for whatever reason and with whatever exit code. */
  | { readonly kind: 'ended'; readonly end: CaptureEnd }
  | { readonly kind: 'waited' }
  | { readonly kind: 'stopped' };

export interface SupervisionLimits {
  readonly retryMaxMs: number;
  /** Longest between two attempts to log in where the login was refused. */
  readonly refusedMaxMs: number;
  /** 0..1, drawn afresh for each wait: devices that failed together must not come back together. */
  readonly jitter: number;
}

const firstRetryMs = 200;
/** A capture that lasted this long was healthy: the next failure is a new one. */
const healthyMs = 5_000;
/** Some cameras refuse every login while they boot. */
const quickRefusals = 3;

export const supervisionBegins: Supervision = { state: 'finding', history: { failures: 0, refusals: 0 } };

/** The next state. An event that has no meaning in a state changes nothing. */
export function supervise(
  from: Supervision,
  event: SupervisionEvent,
  limits: SupervisionLimits,
): Supervision {
  const { history } = from;
  if (event.kind === 'stopped') return { state: 'over', history };
  switch (from.state) {
    case 'finding':
      if (event.kind === 'found') return { state: 'capturing', history };
      return event.kind === 'ended' ? waiting(history, event.end, limits) : from;
    case 'capturing':
      return event.kind === 'ended' ? waiting(history, event.end, limits) : from;
    case 'waiting':
      return event.kind === 'waited' ? { state: 'finding', history } : from;
    case 'over':
      return from;
    default:
      return from satisfies never;
  }
}

function waiting(before: History, after: CaptureEnd, limits: SupervisionLimits): Supervision {
  const history = {
    // Or who kills ffmpeg again and again would have us wait in his stead.
    failures: after.lastedMs >= healthyMs || after.killed ? 0 : before.failures + 1,
    refusals: after.refused ? before.refusals + 1 : 0,
  };
  const reachMs = after.refused
    ? refusedReachMs(history.refusals, limits)
    : Math.min(limits.retryMaxMs, firstRetryMs * 2 ** Math.max(0, history.failures - 1));
  return { state: 'waiting', history, after, waitMs: reachMs * (0.5 + limits.jitter / 2) };
}

function refusedReachMs(refusals: number, { retryMaxMs, refusedMaxMs }: SupervisionLimits): number {
  return Math.min(refusedMaxMs, retryMaxMs * 2 ** Math.max(0, refusals - quickRefusals));
}
