import type { Finding } from './finding.ts';

export interface CoveredSpan {
  readonly fromUtcMs: number;
  readonly toUtcMs: number;
  /** The capture that runs on over its ends, where it holds the segment up to there. */
  readonly joins?: { readonly before: string | undefined; readonly after: string | undefined };
}

/** Two segments of one capture follow each other; their times are rounded and corrected (<= 500 ppm) each on its own. */
const jointMs = 250;

/** Every hole that footage and stated gaps together leave in the span asked for. */
export function checkCoverage(
  sourceId: string,
  asked: CoveredSpan,
  covered: readonly CoveredSpan[],
): Finding[] {
  const findings: Finding[] = [];
  const missing = (fromUtcMs: number, toUtcMs: number): void =>
    void findings.push({
      code: 'footage-missing',
      sourceId,
      fromUtcMs,
      toUtcMs,
      detail: 'neither footage nor a stated gap covers this time',
    });
  let reached = asked.fromUtcMs;
  let running: string | undefined;
  for (const { fromUtcMs, toUtcMs, joins } of [...covered].sort((a, b) => a.fromUtcMs - b.fromUtcMs)) {
    const isJoint = running !== undefined && joins?.before === running && fromUtcMs - reached <= jointMs;
    if (fromUtcMs > reached && reached < asked.toUtcMs && !isJoint) {
      missing(reached, Math.min(fromUtcMs, asked.toUtcMs));
    }
    if (toUtcMs >= reached) running = joins?.after;
    reached = Math.max(reached, toUtcMs);
  }
  if (reached < asked.toUtcMs) missing(reached, asked.toUtcMs);
  return findings;
}
