import type { TimelineSpan } from '@minhbach/shared/protocol';
import type { TimelineText } from './i18n/index.ts';
import { firstEndingAfter, lookOf } from './lane-marks.ts';

/** The span that holds a moment; undefined outside what was asked for. */
export function spanAt(spans: readonly TimelineSpan[], atMs: number): TimelineSpan | undefined {
  const span = spans[firstEndingAfter(spans, atMs)];
  return span !== undefined && span.from <= atMs ? span : undefined;
}

/** In words what a lane holds at a moment: "gap, unexplained: camera out of reach". */
export function describeSpan(text: TimelineText, span: TimelineSpan | undefined): string {
  if (span === undefined) return text('look.none');
  const look = text(`look.${lookOf(span)}`);
  return span.cause === undefined ? look : `${look}: ${text(`cause.${span.cause}`)}`;
}
