import { createHash } from 'node:crypto';
import { evidenceFormat, type LedgerExtract } from '@minhbach/shared/evidence';
import { canonicalJson } from '@minhbach/shared/ledger';
import {
  utcMs,
  type CounterId,
  type MonitorId,
  type RecorderId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { KnownSource } from '../catalogue/index.ts';
import { ExportFailedError, ExportWaitsError } from './export-error.ts';
import type { AgreedExport } from './exports.ts';
import type { FootageEntries, StatedFootage } from './footage-entries.ts';
import type { FrozenPlan } from './frozen-plan.ts';
import type { LedgerPort } from './ledger-port.ts';

export interface PlanParts {
  readonly entries: FootageEntries;
  readonly ledgers: LedgerPort;
  readonly sourcesOf: (counterId: CounterId) => readonly KnownSource[];
  readonly placeOf: (counterId: CounterId) => {
    readonly name: string;
    readonly site: string;
    readonly unit: string;
  };
  readonly identity: { readonly monitorId: MonitorId; readonly publicKey: string };
  readonly readMe: () => Uint8Array;
}

/** Rounded and corrected times of segments that follow each other differ by less than this. */
const jointMs = 250;
/** Sources of a counter that were registered in one go record within this of each other. */
const startedTogetherMs = 60_000;
/** How long a recorder may take to state what became of a span. */
const statedWithinMs = 15 * 60_000;

/** Throws `ExportWaitsError` while something is still to come, `ExportFailedError` for what never will. */
export function planExport(parts: PlanParts, wanted: AgreedExport, now: number): FrozenPlan {
  const { counterId, to } = wanted;
  const there = parts
    .sourcesOf(counterId)
    .filter((source) => source.registeredAt < to && (source.retiredAt ?? to) > wanted.from);
  const from = firstStatedFrom(parts.entries, there, wanted);
  const seqs = new Map<string, { recorderId: RecorderId; generation: number; seqs: Set<number> }>();
  const note = (recorderId: RecorderId, generation: number, seq: number) => {
    const key = `${recorderId} ${generation}`;
    const known = seqs.get(key) ?? { recorderId, generation, seqs: new Set<number>() };
    seqs.set(key, known);
    known.seqs.add(seq);
  };
  const sources: FrozenPlan['sources'] = [];
  for (const source of there) {
    const { id, kind, name, recorderId } = source;
    const stated = parts.entries.of(recorderId, id, from, to);
    const hole = firstHole(stated, from, to);
    if (hole !== undefined) {
      if (now < to + statedWithinMs) throw new ExportWaitsError('footage-sealed');
      throw new ExportFailedError('footage-missing', `source ${id} states nothing of ${hole}`);
    }
    for (const { generation, entry } of [...stated.segments, ...stated.gaps])
      note(recorderId, generation, entry.seq);
    const gaps = stated.gaps.map(({ generation, entry }) => ({ generation, entry: entry.seq }));
    sources.push({ ...{ id, kind, name, recorderId, gaps }, segments: [...stated.segments] });
  }
  if (sources.length === 0) throw new ExportFailedError('footage-missing', 'no source was there then');
  const ledgers: LedgerExtract[] = [];
  for (const { recorderId, generation, seqs: entries } of seqs.values()) {
    const extract = parts.ledgers.extract(
      recorderId,
      generation,
      [...entries].sort((a, b) => a - b),
    );
    if (extract === undefined) throw new ExportWaitsError('checkpoint');
    ledgers.push(extract);
  }
  const commitment = (value: Record<string, string>): string =>
    createHash('sha256').update(Buffer.from(wanted.salt, 'hex')).update(canonicalJson(value)).digest('hex');
  const act = (by: AgreedExport['asked']) => ({
    ...{ atUtcMs: by.at, role: by.role, unitId: by.unitId },
    person: commitment({ personId: by.personId }),
  });
  const { monitorId, publicKey: monitorPublicKey } = parts.identity;
  return {
    manifest: {
      ...{ format: evidenceFormat, packageId: wanted.id, createdAt: utcMs(wanted.asked.at) },
      ...{ monitorId, monitorPublicKey, counter: { id: counterId, ...parts.placeOf(counterId) } },
      ...{ fromUtcMs: from, toUtcMs: to },
    },
    readMe: new TextDecoder().decode(parts.readMe()),
    custody: {
      ...{ exportId: wanted.id, monitorId, asked: act(wanted.asked), agreed: act(wanted.agreed) },
      reason: commitment({ reason: wanted.reason }),
    },
    ...{ ledgers, sources },
  };
}

/**
 * Where the package begins: not before its sources, of which nothing can be stated then. The manifest says so. Throws
 * `ExportFailedError` when they began so far apart that one's footage would be left out for another's lack of it.
 */
function firstStatedFrom(
  entries: FootageEntries,
  sources: readonly KnownSource[],
  { from, to }: AgreedExport,
): UtcMs {
  const began = sources.flatMap(({ id }) => {
    const at = entries.began(id);
    return at === undefined || at <= from || at >= to ? [] : [at];
  });
  if (began.length === 0) return from;
  const [first, last] = [began.length < sources.length ? from : Math.min(...began), Math.max(...began)];
  if (last - first > startedTogetherMs) {
    const at = new Date(last).toISOString();
    throw new ExportFailedError(
      'footage-missing',
      `a source began only at ${at}: ask from there on, or before`,
    );
  }
  return utcMs(last);
}

/** The first time within the span that neither footage nor a gap is stated for. */
function firstHole({ segments, gaps }: StatedFootage, from: number, to: number): number | undefined {
  const spans: readonly (readonly [start: number, end: number, captureId?: string])[] = [
    ...segments.map(({ entry }) => [entry.startUtcMs, entry.endUtcMs, entry.captureId] as const),
    ...gaps.map(({ entry }) => [entry.fromUtcMs, entry.toUtcMs] as const),
  ].sort((a, b) => a[0] - b[0]);
  let reached = from;
  let running: string | undefined;
  for (const [start, end, captureId] of spans) {
    const isJoint = captureId !== undefined && captureId === running && start - reached <= jointMs;
    if (start > reached && !isJoint) return reached;
    if (end >= reached) running = captureId;
    reached = Math.max(reached, end);
  }
  return reached < to ? reached : undefined;
}
