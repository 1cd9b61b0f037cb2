import { canonicalJson } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import type { SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Disagreement } from './disagreement.ts';
import type { EntryRow, SpoolReader } from './spool-reader.ts';

export interface StatedSpan {
  readonly fromUtcMs: UtcMs;
  readonly toUtcMs: UtcMs;
  readonly what: string;
}

/** What the ledger says there must be. */
export interface StatedFacts {
  /** Ordinal of the first `segment-sealed` entry by segment. */
  readonly sealed: Map<string, number>;
  /** Version (or '') by segment. */
  readonly proven: Map<string, string>;
  readonly dropped: Set<string>;
  readonly spans: Map<SourceId, StatedSpan[]>;
  /** Entries of all generations. */
  readonly size: number;
}

/** Reads the whole ledger: every number once and in order, every entry as it was written. A later generation may repeat. */
export function checkEntries(spool: SpoolReader): { facts: StatedFacts; found: Disagreement[] } {
  const found: Disagreement[] = [];
  const sealed = new Map<string, number>();
  const proven = new Map<string, string>();
  const dropped = new Set<string>();
  const spans = new Map<SourceId, StatedSpan[]>();
  const generations = spool.generations();
  const told = new Map<string, string>();
  let next = 0;
  for (const row of spool.entries()) {
    const at = generations.findLast(({ first }) => first <= row.ordinal) ?? { generation: 0, first: 0 };
    if (row.ordinal !== next) {
      const last = row.ordinal - 1;
      found.push({
        code: 'entry-missing',
        where: next === last ? `entry ${next}` : `entries ${next} to ${last}`,
        expected: 'numbers without holes',
        found: 'nothing',
      });
    }
    next = row.ordinal + 1;
    const entry = readEntry(row, at.first, found);
    if (entry === undefined) continue;
    if (at.generation > 0 && isRepeated(entry, told)) continue;
    remember(entry, told);
    switch (entry.kind) {
      case 'segment-sealed': {
        const before = sealed.get(entry.segmentId);
        if (before !== undefined)
          found.push(doubled(row, `segment ${entry.segmentId} sealed once (entry ${before})`));
        sealed.set(entry.segmentId, row.ordinal);
        const { sourceId, startUtcMs, endUtcMs } = entry;
        add(spans, sourceId, {
          fromUtcMs: startUtcMs,
          toUtcMs: endUtcMs,
          what: `segment ${entry.segmentId}`,
        });
        break;
      }
      case 'gap':
        add(spans, entry.sourceId, {
          fromUtcMs: entry.fromUtcMs,
          toUtcMs: entry.toUtcMs,
          what: `gap (${entry.cause})`,
        });
        break;
      case 'segment-proven':
        proven.set(entry.segmentId, entry.versionId ?? '');
        break;
      case 'segment-dropped':
        if (dropped.has(entry.segmentId)) found.push(doubled(row, `segment ${entry.segmentId} dropped once`));
        dropped.add(entry.segmentId);
        break;
      case 'recorder-started':
      case 'recorder-stopped':
      case 'source-registered':
      case 'source-retired':
      case 'device-identity':
      case 'clock':
      case 'archive-probed':
      case 'head-witnessed':
        break;
    }
  }
  return { facts: { sealed, proven, dropped, spans, size: next }, found };
}

function readEntry(row: EntryRow, first: number, found: Disagreement[]): RecorderEntry | undefined {
  const where = `entry ${row.ordinal}`;
  let json: unknown;
  try {
    json = JSON.parse(row.json);
  } catch {
    found.push({ code: 'entry-unreadable', where, expected: 'JSON', found: row.json.slice(0, 80) });
    return undefined;
  }
  const parsed = recorderEntrySchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const what = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    found.push({ code: 'entry-unreadable', where, expected: `a fact of kind ${row.kind}`, found: what });
    return undefined;
  }
  const entry = parsed.data;
  const stated = { seq: entry.seq, at: entry.at, kind: entry.kind };
  const placed = { seq: row.ordinal - first, at: row.at, kind: row.kind };
  if (canonicalJson(stated) !== canonicalJson(placed) || canonicalJson(entry) !== row.json) {
    found.push({
      code: 'entry-altered',
      where,
      expected: `${canonicalJson(placed)} in RFC 8785 form`,
      found: `${canonicalJson(stated)}${canonicalJson(entry) === row.json ? '' : ', in another form'}`,
    });
  }
  return entry;
}

/** The same words as in an earlier generation: said again because that one could not be extended. */
function isRepeated(entry: RecorderEntry, told: ReadonlyMap<string, string>): boolean {
  const { name, words } = placeless(entry);
  return name !== undefined && told.get(name) === words;
}

function remember(entry: RecorderEntry, told: Map<string, string>): void {
  const { name, words } = placeless(entry);
  if (name !== undefined) told.set(name, words);
}

function placeless({ seq, at, ...fact }: RecorderEntry): { name: string | undefined; words: string } {
  void [seq, at];
  const words = canonicalJson(fact);
  switch (fact.kind) {
    case 'segment-sealed':
    case 'segment-proven':
    case 'segment-dropped':
      return { name: `${fact.kind} ${fact.segmentId}`, words };
    case 'gap':
      return { name: `gap ${fact.gapId}`, words };
    case 'recorder-started':
    case 'recorder-stopped':
    case 'source-registered':
    case 'source-retired':
    case 'device-identity':
    case 'clock':
    case 'archive-probed':
    case 'head-witnessed':
      return { name: undefined, words };
  }
}

function doubled(row: EntryRow, expected: string): Disagreement {
  return { code: 'entry-doubled', where: `entry ${row.ordinal}`, expected, found: 'said again' };
}

function add(spans: Map<SourceId, StatedSpan[]>, sourceId: SourceId, span: StatedSpan): void {
  const before = spans.get(sourceId);
  if (before === undefined) spans.set(sourceId, [span]);
  else before.push(span);
}
