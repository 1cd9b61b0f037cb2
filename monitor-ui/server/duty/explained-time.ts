import type { TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { DutyTables } from './duty-schema.ts';
import { explainGaps } from './explain-gaps.ts';
import { joined, within, type Span } from './spans.ts';

type Tables = DutyTables & { counter: { id: CounterId; site_id: string } };

interface ExplainedSpan extends Span {
  /** `every`: each source and the counter as a whole; `none`: only the counter as a whole. */
  readonly of: 'every' | 'none' | readonly string[];
}

/** What work orders and accepted explanations cover. */
export class ExplainedTime {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  /** The timeline of a source with its explained gaps called so. */
  explain(counterId: CounterId, sourceId: SourceId, spans: readonly TimelineSpan[]): TimelineSpan[] {
    const [first, last] = [spans[0], spans.at(-1)];
    if (first === undefined || last === undefined || !spans.some(({ kind }) => kind === 'gap'))
      return [...spans];
    const explained = this.#covering(counterId, first.from, last.to).filter(
      ({ of }) => of === 'every' || (of !== 'none' && of.includes(sourceId)),
    );
    return explainGaps(spans, joined(explained));
  }

  /** When it is explained that the counter as a whole was not recorded; in order, not touching, within `from..to`. */
  ofCounter(counterId: CounterId, from: UtcMs, to: UtcMs): Span[] {
    const explained = this.#covering(counterId, from, to).filter(({ of }) => of === 'every' || of === 'none');
    return within(joined(explained), { from, to });
  }

  #covering(counterId: CounterId, from: UtcMs, to: UtcMs): ExplainedSpan[] {
    return [...this.#ordered(counterId, from, to), ...this.#accepted(counterId, from, to)];
  }

  #ordered(counterId: CounterId, from: UtcMs, to: UtcMs): ExplainedSpan[] {
    const rows = this.#database.all(
      this.#tables
        .selectFrom('work_order as w')
        .innerJoin('counter as c', 'c.site_id', 'w.site_id')
        .leftJoin('work_order_end as e', 'e.work_order_id', 'w.id')
        .select(['w.counter_id', 'w.source_ids', 'w.from_ms', 'w.to_ms', 'e.ended_at'])
        .where('c.id', '=', counterId)
        .where('w.from_ms', '<', to)
        .where('w.to_ms', '>', from),
    );
    return rows
      .filter((row) => row.counter_id === null || row.counter_id === counterId)
      .map((row) => ({
        from: utcMs(row.from_ms),
        to: utcMs(Math.min(row.to_ms, row.ended_at ?? row.to_ms)),
        of: row.source_ids === null ? 'every' : (JSON.parse(row.source_ids) as string[]),
      }));
  }

  #accepted(counterId: CounterId, from: UtcMs, to: UtcMs): ExplainedSpan[] {
    const rows = this.#database.all(
      this.#tables
        .selectFrom('gap_explanation as x')
        .innerJoin('gap_decision as d', 'd.gap_explanation_id', 'x.id')
        .innerJoin('gap_explanation_span as s', 's.gap_explanation_id', 'x.id')
        .select(['s.source_id', 's.from_ms', 's.to_ms'])
        .where('x.counter_id', '=', counterId)
        .where('d.decision', '=', 'accept')
        .where('s.from_ms', '<', to)
        .where('s.to_ms', '>', from),
    );
    return rows.map((row) => ({
      from: utcMs(row.from_ms),
      to: utcMs(row.to_ms),
      of: row.source_id === null ? 'none' : [row.source_id],
    }));
  }

  get #tables() {
    return this.#database.tables<Tables>();
  }
}
