import type { GapExplanation } from '@minhbach/shared/protocol';
import {
  utcMs,
  type CounterId,
  type GapExplanationId,
  type PersonId,
  type UnitId,
} from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { UnexplainedSpan } from './counter-time.ts';
import type { DutyTables } from './duty-schema.ts';
import { joined, totalMs } from './spans.ts';

type Tables = DutyTables & {
  person: { id: PersonId; display_name: string; unit_id: UnitId };
  counter: { id: CounterId; site_id: string };
  site: { id: string; unit_id: UnitId };
};
type Asked = DutyTables['gap_explanation'];

export interface GapExplanationFilter {
  readonly counterId?: CounterId | undefined;
  readonly state?: GapExplanation['state'] | undefined;
  /** The last id of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** What was asked, with who asked, what it is about and what was decided. */
export interface GapExplanationRow extends Asked {
  readonly asker_name: string;
  /** To which the person who asked belongs now. */
  readonly asker_unit: UnitId;
  /** To which the office belongs. */
  readonly office_unit: UnitId;
  readonly gaps: number;
  readonly gapMs: number;
  readonly decided: (DutyTables['gap_decision'] & { readonly name: string }) | undefined;
}

/** Rows of explanations; none is ever changed. */
export class GapExplanationRows {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  insert(asked: Asked, gaps: readonly UnexplainedSpan[]): void {
    this.#database.run(this.#tables.insertInto('gap_explanation').values(asked));
    for (const { sourceId, from, to } of gaps) {
      const span = { gap_explanation_id: asked.id, source_id: sourceId ?? null, from_ms: from, to_ms: to };
      this.#database.run(this.#tables.insertInto('gap_explanation_span').values(span));
    }
  }

  decide(decision: DutyTables['gap_decision']): void {
    this.#database.run(this.#tables.insertInto('gap_decision').values(decision));
  }

  find(id: GapExplanationId): GapExplanationRow | undefined {
    const row = this.#database.first(this.#selected.where('x.id', '=', id));
    return row && this.#whole(row);
  }

  list(actor: Actor, of: GapExplanationFilter): GapExplanationRow[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    let select = this.#selected.orderBy('x.id', 'desc').limit(of.limit);
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    if (of.counterId !== undefined) select = select.where('x.counter_id', '=', of.counterId);
    if (of.state === 'waiting') select = select.where('d.decision', 'is', null);
    else if (of.state !== undefined) {
      select = select.where('d.decision', '=', of.state === 'accepted' ? 'accept' : 'refuse');
    }
    if (of.before !== undefined) select = select.where('x.id', '<', of.before as GapExplanationId);
    return this.#database.all(select).map((row) => this.#whole(row));
  }

  /** A head reads neither people nor texts: they may tell of complaints. */
  shown(actor: Actor, row: GapExplanationRow): GapExplanation {
    const { decided } = row;
    const forHead = actor.person.role === 'head';
    const state = decided === undefined ? 'waiting' : decided.decision === 'accept' ? 'accepted' : 'refused';
    return {
      id: row.id,
      counterId: row.counter_id,
      ...(row.source_id === null ? {} : { sourceId: row.source_id }),
      from: utcMs(row.from_ms),
      to: utcMs(row.to_ms),
      gaps: row.gaps,
      gapMs: row.gapMs,
      state,
      askedAt: utcMs(row.asked_at),
      ...(decided === undefined ? {} : { decidedAt: utcMs(decided.decided_at) }),
      ...(forHead
        ? {}
        : {
            reason: row.reason,
            evidence: row.evidence,
            askedBy: { id: row.asked_by, displayName: row.asker_name },
            ...(decided === undefined
              ? {}
              : {
                  decidedBy: { id: decided.decided_by, displayName: decided.name },
                  decision: decided.text,
                }),
          }),
    };
  }

  #whole(row: Asked & { asker_name: string; asker_unit: UnitId; office_unit: UnitId }): GapExplanationRow {
    const spans = this.#database.all(
      this.#tables
        .selectFrom('gap_explanation_span')
        .select(['from_ms', 'to_ms'])
        .where('gap_explanation_id', '=', row.id),
    );
    const decided = this.#database.first(
      this.#tables
        .selectFrom('gap_decision as d')
        .innerJoin('person as p', 'p.id', 'd.decided_by')
        .selectAll('d')
        .select('p.display_name as name')
        .where('d.gap_explanation_id', '=', row.id),
    );
    const gaps = spans.map(({ from_ms, to_ms }) => ({ from: utcMs(from_ms), to: utcMs(to_ms) }));
    return { ...row, gaps: spans.length, gapMs: totalMs(joined(gaps)), decided };
  }

  get #selected() {
    return this.#tables
      .selectFrom('gap_explanation as x')
      .innerJoin('person as p', 'p.id', 'x.asked_by')
      .innerJoin('counter as c', 'c.id', 'x.counter_id')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .leftJoin('gap_decision as d', 'd.gap_explanation_id', 'x.id')
      .selectAll('x')
      .select(['p.display_name as asker_name', 'p.unit_id as asker_unit', 's.unit_id as office_unit']);
  }

  get #tables() {
    return this.#database.tables<Tables>();
  }
}
