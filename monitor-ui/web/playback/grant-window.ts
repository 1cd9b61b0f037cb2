import { dayMs, minuteMs, startOfDay } from './local-day.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far a monitor may go back without a reason. */
export const goBackMs = 10 * minuteMs;
/** Left free at the old end, so that the request is not refused for the second it takes. */
const marginMs = 5000;
/** Shown before and after an incident of one's own, to see how it came about. */
export const incidentMarginMs = 2 * minuteMs;

/**
 * The span to ask a grant for so that `atMs` can be played: the local day, up to now; for going back without a reason
 * the last 10 minutes; for an incident of one's own its span.
 */
export function grantWindow(
  atMs: number,
  nowMs: number,
  kind:
    | { readonly kind: 'reason' }
    | { readonly kind: 'go-back' }
    | { readonly kind: 'incident'; readonly span: Span },
): Span {
  switch (kind.kind) {
    case 'reason': {
      const fromMs = startOfDay(Math.min(atMs, nowMs));
      return { fromMs, toMs: Math.min(fromMs + dayMs, nowMs) };
    }
    case 'go-back':
      return { fromMs: nowMs - goBackMs + marginMs, toMs: nowMs };
    case 'incident':
      return {
        fromMs: kind.span.fromMs - incidentMarginMs,
        toMs: Math.min(kind.span.toMs + incidentMarginMs, nowMs),
      };
  }
}

/** Whether a grant of this span lets `atMs` be played; its very end belongs to the next. */
export const covers = (span: Span, atMs: number): boolean => atMs >= span.fromMs && atMs < span.toMs;
