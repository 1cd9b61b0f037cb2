import type { ComplaintState } from '@minhbach/shared/protocol';
import type { AttachmentId, CaseId, ComplaintId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Insertable, Selectable } from 'kysely';
import type { UnitSight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { LookedUpBy } from './complaint-content.ts';
import type { ComplaintTables } from './complaint-schema.ts';

export type ComplaintRow = Selectable<ComplaintTables['complaint']>;
export type ClipRow = ComplaintTables['complaint_clip'];
export type AttachmentRow = ComplaintTables['complaint_attachment'];

type AllTables = ComplaintTables & {
  counter: { id: string; site_id: string };
  site: { id: string; unit_id: string };
};

const columnOf = {
  receipt: 'm.receipt_digest',
  ticket: 'm.ticket_digest',
  dossier: 'm.dossier_digest',
  phone: 'm.phone_digest',
} as const satisfies Record<LookedUpBy, string>;

/** Complaints as they lie in the database. */
export class ComplaintRows {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  /** Answers the number the search index names it by. */
  insert(row: Insertable<ComplaintTables['complaint']>): number {
    this.#database.run(this.#tables.insertInto('complaint').values(row));
    return Number(this.#database.sqlite.prepare('SELECT last_insert_rowid()').pluck().get());
  }

  insertClip(clip: ClipRow): void {
    this.#database.run(this.#tables.insertInto('complaint_clip').values(clip));
  }

  insertAttachment(row: AttachmentRow): void {
    this.#database.run(this.#tables.insertInto('complaint_attachment').values(row));
  }

  find(id: string): ComplaintRow | undefined {
    return this.#database.first(this.#selected.where('m.id', '=', id as ComplaintId));
  }

  bySeqs(seqs: readonly number[]): ComplaintRow[] {
    return seqs.length === 0 ? [] : this.#database.all(this.#selected.where('m.seq', 'in', seqs));
  }

  byDigest(field: LookedUpBy, digest: string, limit: number): ComplaintRow[] {
    return this.#database.all(
      this.#selected.where(columnOf[field], '=', digest).orderBy('m.seq', 'desc').limit(limit),
    );
  }

  ofCase(caseId: CaseId): ComplaintRow[] {
    return this.#database.all(this.#selected.where('m.case_id', '=', caseId).orderBy('m.seq'));
  }

  /** In sight, the latest first. What names no counter is in everybody's sight who may read complaints. */
  list(of: {
    readonly sight: Exclude<UnitSight, 'nothing'>;
    readonly state?: ComplaintState | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  }): ComplaintRow[] {
    let select = this.#selected
      .leftJoin('counter as c', 'c.id', 'm.counter_id')
      .leftJoin('site as s', 's.id', 'c.site_id')
      .orderBy('m.id', 'desc')
      .limit(of.limit);
    const { sight, state, before } = of;
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) {
      const { but } = sight;
      select = select.where((e) => e.or([e('s.unit_id', '!=', but), e('m.counter_id', 'is', null)]));
    }
    if (state !== undefined) select = select.where('m.state', '=', state);
    if (before !== undefined) select = select.where('m.id', '<', before as ComplaintId);
    return this.#database.all(select);
  }

  /** In the order of their numbers, for building the index. */
  after(seq: number, limit: number): ComplaintRow[] {
    return this.#database.all(this.#selected.where('m.seq', '>', seq).orderBy('m.seq').limit(limit));
  }

  clips(id: ComplaintId): ClipRow[] {
    return this.#database.all(
      this.#tables
        .selectFrom('complaint_clip')
        .selectAll()
        .where('complaint_id', '=', id)
        .orderBy('from_ms')
        .orderBy('hold_id'),
    );
  }

  attachments(id: ComplaintId): AttachmentRow[] {
    return this.#database.all(
      this.#tables
        .selectFrom('complaint_attachment')
        .selectAll()
        .where('complaint_id', '=', id)
        .orderBy('id'),
    );
  }

  attachment(id: AttachmentId): AttachmentRow | undefined {
    return this.#database.first(
      this.#tables.selectFrom('complaint_attachment').selectAll().where('id', '=', id),
    );
  }

  change(
    id: ComplaintId,
    values: Partial<
      Pick<
        ComplaintTables['complaint'],
        'state' | 'case_id' | 'counter_id' | 'from_ms' | 'to_ms' | 'answer_sealed'
      >
    >,
  ): void {
    this.#database.run(this.#tables.updateTable('complaint').set(values).where('id', '=', id));
  }

  /** Received within `from..to` about counters of a unit's sites, by site. */
  countBySite(unitId: string, from: UtcMs, to: UtcMs): { site_id: string; complaints: number }[] {
    return this.#database.all(
      this.#tables
        .selectFrom('complaint as m')
        .innerJoin('counter as c', 'c.id', 'm.counter_id')
        .innerJoin('site as s', 's.id', 'c.site_id')
        .select((e) => ['s.id as site_id', e.fn.countAll<number>().as('complaints')])
        .where('s.unit_id', '=', unitId)
        .where('m.received_at', '>=', from)
        .where('m.received_at', '<', to)
        .groupBy('s.id'),
    );
  }

  get #selected() {
    return this.#tables.selectFrom('complaint as m').selectAll('m');
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}
