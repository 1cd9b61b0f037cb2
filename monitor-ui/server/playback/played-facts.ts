import type { z } from 'zod';
import type { playedInputSchema } from '@minhbach/shared/protocol';
import type { Grant } from './grants.ts';

type PlayedSpan = z.output<typeof playedInputSchema>['spans'][number];

/** Spans that nearly touch are one look. */
const touchMs = 1_000;

/** One fact per source and unbroken stretch, within the grant; `fastestPercent` is the highest speed, 100 = as it was. */
export function playedFacts(grant: Grant, spans: readonly PlayedSpan[]) {
  const facts: {
    grantId: string;
    sourceId: string;
    counterId: string;
    from: number;
    to: number;
    fastestPercent: number;
  }[] = [];
  const ordered = spans
    .map((span) => ({
      ...span,
      from: Math.max(grant.from, Math.min(span.from, span.to)),
      to: Math.min(grant.to, Math.max(span.from, span.to)),
    }))
    .filter((span) => span.to >= span.from)
    .sort((a, b) => (a.sourceId === b.sourceId ? a.from - b.from : a.sourceId < b.sourceId ? -1 : 1));
  for (const { sourceId, from, to, rate } of ordered) {
    const fastestPercent = Math.round(Math.abs(rate) * 100);
    const last = facts.at(-1);
    if (last?.sourceId === sourceId && from - last.to <= touchMs) {
      last.to = Math.max(last.to, to);
      last.fastestPercent = Math.max(last.fastestPercent, fastestPercent);
    } else {
      facts.push({ grantId: grant.id, sourceId, counterId: grant.counterId, from, to, fastestPercent });
    }
  }
  return facts;
}
