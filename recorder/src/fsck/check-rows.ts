import { segmentObjectKey } from '@minhbach/shared/object-store';
import { recorderEntrySchema } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { StatedFacts } from './check-entries.ts';
import type { Disagreement, DisagreementCode } from './disagreement.ts';
import type { SegmentRow, SpoolReader } from './spool-reader.ts';

/** A row against the facts stated about its segment (recorder/DESIGN.md, invariant 2). */
export function checkRow(of: {
  readonly row: SegmentRow;
  readonly spool: SpoolReader;
  readonly facts: StatedFacts;
  readonly recorderId: RecorderId;
}): Disagreement[] {
  const { row, spool, facts, recorderId } = of;
  const found: Disagreement[] = [];
  const say = (code: DisagreementCode, expected: string, actual: string): void => {
    const span = { fromUtcMs: row.startUtcMs, toUtcMs: row.endUtcMs };
    found.push({
      code,
      sourceId: row.sourceId,
      span,
      where: `segment ${row.segmentId}`,
      expected,
      found: actual,
    });
  };
  const seq = facts.sealed.get(row.segmentId);
  const since = (kind: string): boolean => statedSince(spool, facts.size, kind, row.segmentId);
  if (seq === undefined) {
    if (!since('segment-sealed')) say('row-without-entry', 'a segment-sealed entry', 'none');
  } else
    for (const line of differences(row, spool.entry(seq)?.json))
      say('row-differs', line.stated, line.present);

  const isDropped = facts.dropped.has(row.segmentId);
  if (row.garbage === 0 && isDropped) say('dropped-but-kept', 'no row after segment-dropped', 'a row');
  if (row.garbage === 1 && !isDropped && !since('segment-dropped'))
    say('row-without-entry', 'a segment-dropped entry', 'none');

  const provenVersion = facts.proven.get(row.segmentId);
  if (provenVersion === undefined) {
    if (row.uploadState === 'proven' && !since('segment-proven'))
      say('proof-without-entry', 'a segment-proven entry', 'none');
  } else if (row.uploadState !== 'proven') {
    say('row-differs', 'proven, as stated', row.uploadState);
  } else if (provenVersion !== (row.versionId ?? '')) {
    say('row-differs', `version ${provenVersion}`, `version ${row.versionId ?? ''}`);
  }
  const { sourceId, startUtcMs } = row;
  const key = segmentObjectKey({
    recorderId,
    sourceId,
    segmentId: row.segmentId,
    startUtcMs,
  });
  if (row.key !== key) say('row-differs', `key ${key}`, `key ${row.key}`);
  return found;
}

/** Segments that were sealed and are neither here nor stated as dropped. */
export function missingRows(
  facts: StatedFacts,
  seen: ReadonlySet<string>,
  spool: SpoolReader,
): Disagreement[] {
  const found: Disagreement[] = [];
  for (const [segmentId, seq] of facts.sealed) {
    if (seen.has(segmentId) || facts.dropped.has(segmentId) || spool.segment(segmentId) !== undefined)
      continue;
    if (statedSince(spool, facts.size, 'segment-dropped', segmentId)) continue;
    const entry = recorderEntrySchema.safeParse(JSON.parse(spool.entry(seq)?.json ?? 'null')).data;
    const of = entry?.kind === 'segment-sealed' ? entry : undefined;
    found.push({
      code: 'row-missing',
      sourceId: of?.sourceId,
      span: of === undefined ? undefined : { fromUtcMs: of.startUtcMs, toUtcMs: of.endUtcMs },
      where: `segment ${segmentId}`,
      expected: `a row, as entry ${seq} says, or a segment-dropped entry`,
      found: 'neither',
    });
  }
  return found;
}

/** Stated by a running recorder after its ledger was read. */
function statedSince(spool: SpoolReader, size: number, kind: string, segmentId: string): boolean {
  for (let seq = size; ; seq += 1) {
    const row = spool.entry(seq);
    if (row === undefined) return false;
    if (row.kind === kind && row.json.includes(segmentId)) return true;
  }
}

function differences(row: SegmentRow, json: string | undefined): { stated: string; present: string }[] {
  const entry = recorderEntrySchema.safeParse(JSON.parse(json ?? 'null')).data;
  if (entry?.kind !== 'segment-sealed') return [];
  const { seq, at, kind, ...facts } = entry;
  void [seq, at, kind];
  const present = new Map<string, unknown>(Object.entries(row));
  return Object.entries(facts)
    .map(([name, value]) => ({
      stated: `${name} ${JSON.stringify(value)}`,
      present: `${name} ${JSON.stringify(present.get(name)) ?? 'missing'}`,
    }))
    .filter(({ stated, present: is }) => stated !== is);
}
