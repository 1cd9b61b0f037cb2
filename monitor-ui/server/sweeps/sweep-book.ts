import type { Sweep, SweepDetail } from '@minhbach/shared/protocol';
import { utcMs, type RecorderId, type SiteId, type SweepId } from '@minhbach/shared/units-of-measure';
import { seesUnit, unitSight, type Actor } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { notFound } from '../problem/index.ts';
import type { SweepTables } from './sweep-schema.ts';

type Tables = SweepTables & {
  recorder: { id: RecorderId; site_id: SiteId };
  site: { id: SiteId; unit_id: string };
};
type SweepRow = SweepTables['sweep'] & { readonly site_id: SiteId; readonly unit_id: string };

/** What sweeps found, for those who may know. */
export class SweepBook {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  /** In sight, the latest first; `before` is the last id of the page before. */
  list(
    actor: Actor,
    of: {
      readonly recorderId?: RecorderId | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Sweep[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    let select = this.#selected.orderBy('w.id', 'desc').limit(of.limit);
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    if (of.recorderId !== undefined) select = select.where('w.recorder_id', '=', of.recorderId);
    if (of.before !== undefined) select = select.where('w.id', '<', of.before as SweepId);
    return this.#database.all(select).map((row) => this.#shown(row));
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: SweepId): SweepDetail {
    const row = this.#database.first(this.#selected.where('w.id', '=', id));
    if (row === undefined || !seesUnit(actor, row.unit_id as Actor['unit']['id'])) throw notFound('sweep');
    const results = this.#database.all(
      this.#tables
        .selectFrom('sweep_result')
        .selectAll()
        .where('sweep_id', '=', id)
        .orderBy('checked_at')
        .orderBy('generation')
        .orderBy('seq'),
    );
    return {
      ...this.#shown(row),
      results: results.map((result) => ({
        generation: result.generation,
        seq: result.seq,
        segmentId: result.segment_id,
        sourceId: result.source_id,
        from: utcMs(result.start_ms),
        to: utcMs(result.end_ms),
        outcome: result.outcome,
        ...(result.fault === null ? {} : { fault: result.fault }),
        ...(result.found === null ? {} : { found: result.found }),
        ...(result.sound_db === null ? {} : { soundDb: result.sound_db }),
        checkedAt: utcMs(result.checked_at),
      })),
    };
  }

  /** How many results of this outcome there are since a moment. */
  countSince(outcome: 'passed' | 'failed' | 'unavailable', sinceMs: number): number {
    const row = this.#database.first(
      this.#tables
        .selectFrom('sweep_result as r')
        .innerJoin('sweep as w', 'w.id', 'r.sweep_id')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('w.drawn_at', '>=', sinceMs)
        .where('r.outcome', '=', outcome),
    );
    return row?.count ?? 0;
  }

  #shown(row: SweepRow): Sweep {
    const counted = this.#database.all(
      this.#tables
        .selectFrom('sweep_result')
        .select(['outcome', ({ fn }) => fn.countAll<number>().as('count')])
        .where('sweep_id', '=', row.id)
        .groupBy('outcome'),
    );
    const count = (outcome: string) => counted.find((each) => each.outcome === outcome)?.count ?? 0;
    return {
      id: row.id,
      recorderId: row.recorder_id,
      siteId: row.site_id,
      drawnAt: utcMs(row.drawn_at),
      ...(row.ended_at === null ? {} : { endedAt: utcMs(row.ended_at) }),
      auditSeq: row.audit_seq,
      seed: row.seed,
      entries: row.entries,
      sample: row.sample,
      passed: count('passed'),
      failed: count('failed'),
      unavailable: count('unavailable'),
    };
  }

  get #selected() {
    return this.#tables
      .selectFrom('sweep as w')
      .innerJoin('recorder as o', 'o.id', 'w.recorder_id')
      .innerJoin('site as s', 's.id', 'o.site_id')
      .selectAll('w')
      .select(['o.site_id', 's.unit_id']);
  }

  get #tables() {
    return this.#database.tables<Tables>();
  }
}
