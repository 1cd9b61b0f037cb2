import type { Unit } from '@minhbach/shared/protocol';
import { newId, unitIdSchema, type UnitId } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict } from '../problem/index.ts';
import type { AccessTables } from './access-schema.ts';

export class Units {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  find(id: string): Unit | undefined {
    const row = this.#database.first(
      this.#table
        .selectFrom('unit')
        .selectAll()
        .where('id', '=', id as UnitId),
    );
    return row && toUnit(row);
  }

  list(of: {
    readonly only?: UnitId | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Unit[] {
    let query = this.#table.selectFrom('unit').selectAll().orderBy('id').limit(of.limit);
    if (of.only !== undefined) query = query.where('id', '=', of.only);
    if (of.after !== undefined) query = query.where('id', '>', of.after as UnitId);
    return this.#database.all(query).map(toUnit);
  }

  /** Throws 409 `name-taken`. */
  create(unit: { readonly name: string; readonly oversight: boolean }): Unit {
    this.#requireFree(unit.name);
    const id = newId(unitIdSchema);
    this.#database.run(
      this.#table.insertInto('unit').values({ id, name: unit.name, oversight: unit.oversight ? 1 : 0 }),
    );
    return { id, ...unit };
  }

  change(
    id: UnitId,
    change: { readonly name?: string | undefined; readonly oversight?: boolean | undefined },
  ): void {
    if (change.name !== undefined) this.#requireFree(change.name, id);
    const values = {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.oversight === undefined ? {} : { oversight: change.oversight ? 1 : 0 }),
    };
    if (Object.keys(values).length === 0) return;
    this.#database.run(this.#table.updateTable('unit').set(values).where('id', '=', id));
  }

  #requireFree(name: string, except?: UnitId): void {
    const taken = this.#database.first(this.#table.selectFrom('unit').select('id').where('name', '=', name));
    if (taken && taken.id !== except) throw conflict('name-taken', 'Another unit has that name.');
  }

  get #table() {
    return this.#database.tables<AccessTables>();
  }
}

function toUnit(row: AccessTables['unit']): Unit {
  return { id: row.id, name: row.name, oversight: row.oversight === 1 };
}
