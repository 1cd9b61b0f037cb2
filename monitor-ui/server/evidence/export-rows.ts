import type { ExportFailure, ExportWait } from '@minhbach/shared/protocol';
import type { ApprovalId, ExportId, PersonId, UnitId } from '@minhbach/shared/units-of-measure';
import type { UnitSight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { ExportTables } from './export-schema.ts';
import type { MadePackage } from './pack-export.ts';

type Row = ExportTables['evidence_export'];

export interface ExportRow extends Row {
  readonly asker_name: string;
  readonly approval_id: ApprovalId | null;
  readonly decided_by: PersonId | null;
  readonly decided_unit_id: UnitId | null;
  readonly decided_at: number | null;
  readonly decider_role: string | null;
}

type AllTables = ExportTables & {
  person: { id: PersonId; display_name: string; role: string };
  counter: { id: string; site_id: string };
  site: { id: string; unit_id: UnitId };
  approval: {
    id: ApprovalId;
    kind: string;
    subject_id: string;
    decided_by: PersonId | null;
    decided_unit_id: UnitId | null;
    decided_at: number | null;
  };
};

/** Exports as they lie in the database, with who asked and who decided. */
export class ExportRows {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  insert(row: Row): void {
    this.#database.run(this.#tables.insertInto('evidence_export').values(row));
  }

  find(id: ExportId): ExportRow | undefined {
    return this.#database.first(this.#selected.where('x.id', '=', id));
  }

  list(of: {
    readonly before?: string | undefined;
    readonly limit: number;
    readonly sight: Exclude<UnitSight, 'nothing'>;
  }): ExportRow[] {
    let select = this.#selected.orderBy('x.id', 'desc').limit(of.limit);
    if ('only' in of.sight) select = select.where('s.unit_id', '=', of.sight.only);
    else if (of.sight.but !== undefined) select = select.where('s.unit_id', '!=', of.sight.but);
    if (of.before !== undefined) select = select.where('x.id', '<', of.before as ExportId);
    return this.#database.all(select);
  }

  ofCase(caseId: string): ExportId[] {
    return this.#database
      .all(
        this.#tables.selectFrom('evidence_export').select('id').where('case_id', '=', caseId).orderBy('id'),
      )
      .map((row) => row.id);
  }

  running(): ExportRow[] {
    return this.#database.all(this.#selected.where('x.state', '=', 'running').orderBy('x.id'));
  }

  /** Answers 0 when it does not wait for an approval any more. */
  run(id: ExportId): number {
    return this.#database.run(
      this.#tables
        .updateTable('evidence_export')
        .set({ state: 'running' })
        .where('id', '=', id)
        .where('state', '=', 'waiting-approval'),
    );
  }

  wait(id: ExportId, waitsFor: ExportWait | null): void {
    this.#set(id, { waits_for: waitsFor });
  }

  ready(id: ExportId, { sizeBytes, sha256, readMeSha256 }: MadePackage): void {
    const made = { size_bytes: sizeBytes, sha256, read_me_sha256: readMeSha256 };
    this.#set(id, { state: 'ready', waits_for: null, ...made });
  }

  fail(id: ExportId, failure: ExportFailure): void {
    this.#set(id, { state: 'failed', waits_for: null, failure });
  }

  #set(id: ExportId, values: Partial<Row>): void {
    this.#database.run(this.#tables.updateTable('evidence_export').set(values).where('id', '=', id));
  }

  get #selected() {
    return this.#tables
      .selectFrom('evidence_export as x')
      .innerJoin('person as p', 'p.id', 'x.asked_by')
      .innerJoin('counter as c', 'c.id', 'x.counter_id')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .leftJoin('approval as a', (join) =>
        join.onRef('a.subject_id', '=', 'x.id').on('a.kind', '=', 'export'),
      )
      .leftJoin('person as d', 'd.id', 'a.decided_by')
      .selectAll('x')
      .select([
        'p.display_name as asker_name',
        'a.id as approval_id',
        'a.decided_by',
        'a.decided_unit_id',
        'a.decided_at',
        'd.role as decider_role',
      ]);
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}
