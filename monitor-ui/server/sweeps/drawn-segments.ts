import type Database from 'better-sqlite3';
import { leafHash } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type SegmentSealed } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { placesDrawn } from './draw.ts';

interface Generation {
  readonly generation: number;
  readonly size: number;
}

/** A recorder's ledger as it is when a draw is made. */
export interface LedgerExtent {
  readonly generations: readonly Generation[];
  readonly entries: number;
  readonly lastLeaf: string;
}

export interface DrawnSegment {
  readonly generation: number;
  readonly seq: number;
  readonly entry: SegmentSealed;
}

type Place = readonly [generation: number, seq: number];
const triesForEach = 50;

/** Finds the entries that a draw points at. */
export class DrawnSegments {
  readonly #lastBefore: Database.Statement<
    [string, number],
    { generation: number; seq: number; body: string }
  >;
  readonly #sealedFrom: Database.Statement<
    [string, number, number],
    { generation: number; seq: number; body: string }
  >;

  constructor(sqlite: Database.Database) {
    this.#lastBefore = sqlite.prepare(
      `SELECT generation, seq, body FROM recorder_entry WHERE recorder_id = ? AND generation < ?
       ORDER BY generation DESC, seq DESC LIMIT 1`,
    );
    this.#sealedFrom = sqlite.prepare(
      `SELECT generation, seq, body FROM recorder_entry
       WHERE recorder_id = ? AND (generation, seq) >= (?, ?) AND kind = 'segment-sealed'
       ORDER BY generation, seq LIMIT 1`,
    );
  }

  /** `undefined` for a recorder that stated nothing yet. */
  extent(recorderId: RecorderId): LedgerExtent | undefined {
    const generations: Generation[] = [];
    let lastLeaf: string | undefined;
    for (let before = Number.MAX_SAFE_INTEGER; ;) {
      const last = this.#lastBefore.get(recorderId, before);
      if (last === undefined) break;
      generations.unshift({ generation: last.generation, size: last.seq + 1 });
      lastLeaf ??= Buffer.from(leafHash(Buffer.from(last.body))).toString('hex');
      before = last.generation;
    }
    const entries = generations.reduce((sum, { size }) => sum + size, 0);
    return lastLeaf === undefined ? undefined : { generations, entries, lastLeaf };
  }

  /** At most `sample` different segments, as `placesDrawn` draws them; fewer when there are not as many. */
  *drawn(
    recorderId: RecorderId,
    seed: string,
    extent: LedgerExtent,
    isExpired: (entry: SegmentSealed) => boolean,
    sample: number,
  ): Generator<DrawnSegment> {
    const seen = new Set<string>();
    let taken = 0;
    let tries = 0;
    for (const place of placesDrawn(seed, extent.entries)) {
      tries += 1;
      if (taken >= sample || tries > sample * triesForEach) return;
      const found = this.#at(recorderId, placeIn(extent, place)) ?? this.#at(recorderId, [0, 0]);
      if (found === undefined) return;
      if (seen.has(found.entry.segmentId)) continue;
      seen.add(found.entry.segmentId);
      if (isExpired(found.entry)) continue;
      taken += 1;
      yield found;
    }
  }

  #at(recorderId: RecorderId, [generation, seq]: Place): DrawnSegment | undefined {
    const row = this.#sealedFrom.get(recorderId, generation, seq);
    if (row === undefined) return undefined;
    const entry = recorderEntrySchema.parse(JSON.parse(row.body));
    return entry.kind === 'segment-sealed' ? { generation: row.generation, seq: row.seq, entry } : undefined;
  }
}

function placeIn({ generations }: LedgerExtent, place: number): Place {
  let left = place;
  for (const { generation, size } of generations) {
    if (left < size) return [generation, left];
    left -= size;
  }
  return [0, 0];
}
