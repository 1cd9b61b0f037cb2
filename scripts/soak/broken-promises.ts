import type { RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import { median, quantile, rounded } from '../bench/statistics.ts';

/** What is promised about a recorder that is killed or loses power. All in milliseconds of one source. */
export interface Promises {
  /** Of footage, beside what passes until it records again. */
  readonly lostMs: number;
  readonly lostMedianMs: number;
  /** Of footage that was written and had not reached the disk when the power went. */
  readonly unsyncedMs: number;
  readonly againMedianMs: number;
  readonly againWorstMs: number;
}

export const promised: Promises = {
  lostMs: 500,
  lostMedianMs: 500,
  unsyncedMs: 2_000,
  againMedianMs: 3_000,
  againWorstMs: 5_000,
};

/** A segment the recorder once said it had sealed: with what hash, and when it said so. */
export interface SaidSealed {
  readonly at: number;
  readonly sha256: string;
}

/** What a spool must show after whatever was done to it. */
export function spoolFaults(of: {
  readonly entries: readonly RecorderEntry[];
  readonly said: ReadonlyMap<string, SaidSealed>;
  readonly disagreements: readonly string[];
  readonly orphans?: number;
}): string[] {
  const { orphans = 0 } = of;
  const { forgotten, altered } = heldAgainst(of.entries, of.said);
  return [
    ...of.disagreements.map((line) => `fsck: ${line}`),
    ...(orphans === 0 ? [] : [`${orphans} processes outlived the recorder that had started them`]),
    ...forgotten.map((segmentId) => `segment ${segmentId} was sealed, and the ledger has forgotten it`),
    ...altered.map((segmentId) => `segment ${segmentId} was sealed with another hash than the ledger has`),
    ...droppedUnproven(of.entries).map(
      (segmentId) => `segment ${segmentId} was dropped without being proven`,
    ),
  ];
}

/** What was said to be sealed and is not in the ledger, or is there with another hash. */
export function heldAgainst(
  entries: readonly RecorderEntry[],
  said: ReadonlyMap<string, SaidSealed>,
): { readonly forgotten: readonly string[]; readonly altered: readonly string[] } {
  const stated = new Map<string, string>(
    entries.flatMap((entry) => (entry.kind === 'segment-sealed' ? [[entry.segmentId, entry.sha256]] : [])),
  );
  const known = [...said].filter(([segmentId]) => stated.has(segmentId));
  return {
    forgotten: [...said.keys()].filter((segmentId) => !stated.has(segmentId)),
    altered: known.flatMap(([segmentId, { sha256 }]) =>
      stated.get(segmentId) === sha256 ? [] : [segmentId],
    ),
  };
}

export function droppedUnproven(entries: readonly RecorderEntry[]): string[] {
  const proven = new Set<string>();
  const dropped: string[] = [];
  for (const entry of entries) {
    if (entry.kind === 'segment-proven') proven.add(entry.segmentId);
    if (entry.kind === 'segment-dropped' && !proven.has(entry.segmentId)) dropped.push(entry.segmentId);
  }
  return dropped;
}

export function lossFaults(lostMs: readonly number[], limits: Promises, what = 'lost'): string[] {
  const middle = rounded(median(lostMs), 0);
  return [
    ...overFaults(lostMs, limits.lostMs, what),
    ...(middle > limits.lostMedianMs && limits.lostMedianMs < limits.lostMs
      ? [`at the median ${middle} ms of footage was ${what} where ${limits.lostMedianMs} are allowed`]
      : []),
  ];
}

export function overFaults(lostMs: readonly number[], limitMs: number, what: string): string[] {
  const over = lostMs.filter((ms) => ms > limitMs);
  if (over.length === 0) return [];
  const worst = rounded(Math.max(...over), 0);
  return [
    `${over.length} of ${lostMs.length} times more than ${limitMs} ms of footage was ${what}: ${worst} ms at worst`,
  ];
}

export function againFaults(againMs: readonly number[], limits: Promises): string[] {
  if (againMs.length === 0) return [];
  const [middle, worst] = [median(againMs), quantile(againMs, 1)].map((ms) => rounded(ms, 0)) as [
    number,
    number,
  ];
  return [
    ...(middle <= limits.againMedianMs
      ? []
      : [`recording again took ${middle} ms at the median where ${limits.againMedianMs} are promised`]),
    ...(worst <= limits.againWorstMs
      ? []
      : [`recording again took ${worst} ms at worst where ${limits.againWorstMs} are promised`]),
  ];
}

/** One ffmpeg killed: when (UTC milliseconds), and which sources then stopped. */
export interface FfmpegKill {
  readonly at: number;
  readonly stopped: readonly SourceId[];
}

/** Media time is placed to some tenths of a second: the footage before a kill may seem to end this much after it. */
const placedWithinMs = 500;

/**
 * What each kill cost each of its sources, by the gaps that the ledger states for it. `lateMs`: by how much the footage
 * before a gap was sent earlier than it is placed (`placedLateMs`).
 */
export function afterFfmpegKills(
  entries: readonly RecorderEntry[],
  kills: readonly FfmpegKill[],
  lateMs: (sourceId: SourceId, at: number) => number = () => 0,
): {
  readonly lostMs: readonly number[];
  readonly againMs: readonly number[];
  readonly faults: readonly string[];
} {
  const gaps = entries.flatMap((entry) =>
    entry.kind === 'gap' && entry.cause === 'camera-closed' ? [entry] : [],
  );
  const lostMs: number[] = [];
  const againMs: number[] = [];
  const faults: string[] = [];
  for (const [index, { at, stopped }] of kills.entries()) {
    if (stopped.length === 0) faults.push(`kill ${index + 1}: no source stopped recording`);
    for (const sourceId of stopped) {
      const gap = gaps.find(
        (one) => one.sourceId === sourceId && one.fromUtcMs <= at + placedWithinMs && one.toUtcMs > at,
      );
      if (gap === undefined) {
        faults.push(`kill ${index + 1}: no gap is stated for source ${sourceId}`);
        continue;
      }
      lostMs.push(Math.max(0, at - gap.fromUtcMs + lateMs(sourceId, at)));
      againMs.push(gap.toUtcMs - at);
    }
  }
  return { lostMs, againMs, faults };
}
