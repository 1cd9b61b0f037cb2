import {
  caseIdSchema,
  newId,
  type CaseId,
  type CaseItemId,
  type PersonId,
} from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { CaseTables } from './case-schema.ts';

export type CaseRow = CaseTables['case_file'] & { readonly opener_name: string };
export type CaseItemRow = CaseTables['case_item'] & {
  readonly maker_name: string;
  readonly doer_name: string | null;
};

type AllTables = CaseTables & { person: { id: PersonId; display_name: string } };

/** Cases as they lie in the database, with the names of who did what. */
export class CaseRows {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  /** Numbers run within a local year. */
  insert(
    row: Omit<CaseTables['case_file'], 'id' | 'number' | 'title_sealed'>,
    seal: (id: CaseId) => string,
  ): CaseId {
    const id = newId(caseIdSchema);
    const year = new Date(row.opened_at + 7 * 3_600_000).getUTCFullYear();
    const last = this.#database.sqlite
      .prepare<[string], string>('SELECT max(number) FROM case_file WHERE number LIKE ?')
      .pluck()
      .get(`${year}-%`);
    const number = `${year}-${String(Number(last?.split('-')[1] ?? 0) + 1).padStart(4, '0')}`;
    const values = { ...row, id, number, title_sealed: seal(id) };
    this.#database.run(this.#tables.insertInto('case_file').values(values));
    return id;
  }

  insertItem(row: CaseTables['case_item']): void {
    this.#database.run(this.#tables.insertInto('case_item').values(row));
  }

  addMember(row: CaseTables['case_member']): void {
    this.#database.run(
      this.#tables
        .insertInto('case_member')
        .values(row)
        .onConflict((on) => on.doNothing()),
    );
  }

  addIncident(row: CaseTables['case_incident']): void {
    this.#database.run(
      this.#tables
        .insertInto('case_incident')
        .values(row)
        .onConflict((on) => on.doNothing()),
    );
  }

  find(id: string): CaseRow | undefined {
    return this.#database.first(this.#selected.where('f.id', '=', id as CaseId));
  }

  byNumber(number: string): CaseRow | undefined {
    return this.#database.first(this.#selected.where('f.number', '=', number));
  }

  /** The latest first; `member`: only those this person works on. */
  list(of: {
    readonly member?: PersonId | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  }): CaseRow[] {
    let select = this.#selected.orderBy('f.id', 'desc').limit(of.limit);
    const { member, before } = of;
    if (member !== undefined) {
      select = select.where((e) =>
        e.exists(
          e
            .selectFrom('case_member as m')
            .select('m.case_id')
            .whereRef('m.case_id', '=', 'f.id')
            .where('m.person_id', '=', member),
        ),
      );
    }
    if (before !== undefined) select = select.where('f.id', '<', before as CaseId);
    return this.#database.all(select);
  }

  isMember(caseId: string, personId: string): boolean {
    return (
      this.#database.first(
        this.#tables
          .selectFrom('case_member')
          .select('case_id')
          .where('case_id', '=', caseId as CaseId)
          .where('person_id', '=', personId as PersonId),
      ) !== undefined
    );
  }

  members(id: CaseId): { readonly id: PersonId; readonly displayName: string }[] {
    return this.#database.all(
      this.#tables
        .selectFrom('case_member as m')
        .innerJoin('person as p', 'p.id', 'm.person_id')
        .select(['p.id', 'p.display_name as displayName'])
        .where('m.case_id', '=', id)
        .orderBy('m.added_at')
        .orderBy('p.id'),
    );
  }

  incidentIds(id: CaseId): CaseTables['case_incident']['incident_id'][] {
    return this.#database
      .all(this.#tables.selectFrom('case_incident').select('incident_id').where('case_id', '=', id))
      .map((row) => row.incident_id);
  }

  items(id: CaseId): CaseItemRow[] {
    return this.#database.all(
      this.#tables
        .selectFrom('case_item as i')
        .innerJoin('person as p', 'p.id', 'i.made_by')
        .leftJoin('person as d', 'd.id', 'i.done_by')
        .selectAll('i')
        .select(['p.display_name as maker_name', 'd.display_name as doer_name'])
        .where('i.case_id', '=', id)
        .orderBy('i.id'),
    );
  }

  /** Answers whether there was such a task still to be done. */
  finishTask(caseId: CaseId, id: CaseItemId, done: { readonly at: number; readonly by: PersonId }): boolean {
    return (
      this.#database.run(
        this.#tables
          .updateTable('case_item')
          .set({ done_at: done.at, done_by: done.by })
          .where('id', '=', id)
          .where('case_id', '=', caseId)
          .where('kind', '=', 'task')
          .where('done_at', 'is', null),
      ) > 0
    );
  }

  change(
    id: CaseId,
    values: Partial<Pick<CaseTables['case_file'], 'state' | 'closed_at' | 'outcome'>>,
  ): void {
    this.#database.run(this.#tables.updateTable('case_file').set(values).where('id', '=', id));
  }

  get #selected() {
    return this.#tables
      .selectFrom('case_file as f')
      .innerJoin('person as p', 'p.id', 'f.opened_by')
      .selectAll('f')
      .select('p.display_name as opener_name');
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}
