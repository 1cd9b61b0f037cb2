import type { RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import { rounded, median, quantile } from '../bench/statistics.ts';
import { RecordedHost } from './recorded-host.ts';
import { disagreementsOf, entriesOf, lostBefore } from './spool-facts.ts';

export interface KillOrder {
  readonly directory: string;
  readonly urls: readonly string[];
  readonly times: number;
  /** Longest a run lasts after every source records. */
  readonly runMs: number;
  readonly segmentDurationMs?: number;
  /** By `performance.now()`: what was done until then counts. */
  readonly endAtMs?: number;
}

interface Kill {
  readonly killedAt: number;
  /** When each source had begun to record in the run that was killed. */
  readonly since: ReadonlyMap<SourceId, number>;
  /** From the start of the process after, per source. */
  readonly againMs: readonly number[];
  /** Of that start: until the spool was open, and until every device had been added. */
  readonly openedMs: number;
  readonly begunMs: number;
}

/**
 * Kills (SIGKILL) a recorder at random instants of real streams and starts it again, looking after each kill at what is
 * left: fsck, processes, and how much footage before the kill is gone.
 */
export async function killRecorder(of: KillOrder): Promise<Readonly<Record<string, unknown>>> {
  const host = new RecordedHost(of.directory, of.urls, of.segmentDurationMs ?? 5_000);
  const kills: Kill[] = [];
  const wrong: string[] = [];
  let orphans = 0;
  let last: Pick<Kill, 'killedAt' | 'since'> | undefined;
  for (let time = 0; time <= of.times; time += 1) {
    await host.start();
    if (last !== undefined) {
      const againMs = [...host.recordingSince.values()].map((at) => at - host.startedAt);
      const openedMs = host.openedAt - host.startedAt;
      kills.push({ ...last, againMs, openedMs, begunMs: host.begunAt - host.startedAt });
    }
    if (time === of.times || isOver(of)) break;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * of.runMs));
    const since = new Map(host.recordingSince);
    last = { killedAt: await host.kill('SIGKILL'), since };
    await new Promise((resolve) => setTimeout(resolve, 100));
    orphans += host.ffmpegs().length;
    wrong.push(...(await disagreementsOf(of.directory)).map((line) => `after kill ${time + 1}: ${line}`));
    if ((time + 1) % 10 === 0) console.error(`${time + 1} of ${of.times} kills`);
  }
  await host.kill('SIGTERM');
  wrong.push(...(await disagreementsOf(of.directory)));
  const entries = entriesOf(of.directory);
  const lostMs = host.sources.flatMap((source) =>
    kills.map(({ killedAt, since }) => lostBefore(entries, source, killedAt, since.get(source))),
  );
  const againMs = kills.flatMap((kill) => kill.againMs);
  const sealed = new Set(
    entries.flatMap((entry) => (entry.kind === 'segment-sealed' ? [entry.segmentId] : [])),
  );
  const forgotten = [...host.sealed.keys()].filter((segmentId) => !sealed.has(segmentId as never));
  return {
    kills: kills.length,
    sources: host.sources.length,
    lostMs: spread(lostMs),
    recordingAgainMs: spread(againMs),
    spoolOpenAgainMs: spread(kills.map(({ openedMs }) => openedMs)),
    devicesAddedAgainMs: spread(kills.map(({ begunMs }) => begunMs)),
    gapMs: spread(gapsOf(entries)),
    recoveredSegments: entries.filter((entry) => entry.kind === 'segment-sealed' && entry.recovered).length,
    orphans,
    sealedAndForgotten: forgotten.length,
    disagreements: wrong,
  };
}

/** Between the footage before a kill and the footage after it, restart time included. */
function gapsOf(entries: readonly RecorderEntry[]): number[] {
  return entries.flatMap((entry) =>
    entry.kind === 'gap' && entry.cause === 'recorder-crashed' ? [entry.toUtcMs - entry.fromUtcMs] : [],
  );
}

export function spread(values: readonly number[]): Readonly<Record<string, number>> {
  return {
    median: rounded(median(values), 0),
    p95: rounded(quantile(values, 0.95), 0),
    worst: rounded(quantile(values, 1), 0),
  };
}

export function isOver({ endAtMs = Number.POSITIVE_INFINITY }: KillOrder): boolean {
  return performance.now() > endAtMs;
}
