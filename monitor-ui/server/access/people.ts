import type { Person, Role } from '@minhbach/shared/protocol';
import {
  newId,
  personIdSchema,
  type PersonId,
  type UnitId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict } from '../problem/index.ts';
import type { AccessTables } from './access-schema.ts';

export interface NewPerson {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly unitId: UnitId;
  readonly passwordHash: string;
  readonly createdAt: UtcMs;
  readonly staffNumber?: string | undefined;
  /** False until two people agreed to the account. */
  readonly active?: boolean;
}

export interface PersonChange {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly unitId?: UnitId | undefined;
  readonly active?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  readonly staffNumber?: string | undefined;
}

/** Every person who ever had an account; none is ever deleted, so that the audit's names stay known. */
export class People {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  none(): boolean {
    return this.#database.first(this.#table.selectFrom('person').select('id').limit(1)) === undefined;
  }

  find(id: string): Person | undefined {
    const row = this.#database.first(
      this.#table
        .selectFrom('person')
        .selectAll()
        .where('id', '=', id as PersonId),
    );
    return row && toPerson(row);
  }

  /** The stored hash stays inside the access room. */
  findForSignIn(username: string): { readonly person: Person; readonly passwordHash: string } | undefined {
    const row = this.#database.first(
      this.#table.selectFrom('person').selectAll().where('username', '=', username),
    );
    return row && { person: toPerson(row), passwordHash: row.password_hash };
  }

  list(of: {
    readonly unitId?: UnitId | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Person[] {
    let query = this.#table.selectFrom('person').selectAll().orderBy('id').limit(of.limit);
    if (of.unitId !== undefined) query = query.where('unit_id', '=', of.unitId);
    if (of.after !== undefined) query = query.where('id', '>', of.after as PersonId);
    return this.#database.all(query).map(toPerson);
  }

  /** Throws 409 `username-taken`. */
  create(person: NewPerson): Person {
    if (this.findForSignIn(person.username)) {
      throw conflict('username-taken', `The user name ${person.username} is taken.`, {
        username: person.username,
      });
    }
    const id = newId(personIdSchema);
    this.#database.run(
      this.#table.insertInto('person').values({
        id,
        username: person.username,
        display_name: person.displayName,
        role: person.role,
        unit_id: person.unitId,
        active: person.active === false ? 0 : 1,
        password_hash: person.passwordHash,
        created_at: person.createdAt,
        staff_number: person.staffNumber ?? null,
      }),
    );
    return {
      id,
      username: person.username,
      displayName: person.displayName,
      role: person.role,
      unitId: person.unitId,
      active: person.active !== false,
      ...(person.staffNumber === undefined ? {} : { staffNumber: person.staffNumber }),
    };
  }

  /** Throws 409 `last-administrator` when nobody would be left to administer. */
  change(id: PersonId, change: PersonChange): void {
    const values = {
      ...(change.displayName === undefined ? {} : { display_name: change.displayName }),
      ...(change.role === undefined ? {} : { role: change.role }),
      ...(change.unitId === undefined ? {} : { unit_id: change.unitId }),
      ...(change.active === undefined ? {} : { active: change.active ? 1 : 0 }),
      ...(change.passwordHash === undefined ? {} : { password_hash: change.passwordHash }),
      ...(change.staffNumber === undefined ? {} : { staff_number: change.staffNumber }),
    };
    if (Object.keys(values).length === 0) return;
    this.#database.transaction(() => {
      this.#database.run(this.#table.updateTable('person').set(values).where('id', '=', id));
      const administrator = this.#database.first(
        this.#table
          .selectFrom('person')
          .innerJoin('unit', 'unit.id', 'person.unit_id')
          .select('person.id')
          .where('role', '=', 'administrator')
          .where('active', '=', 1)
          .where('unit.oversight', '=', 1)
          .limit(1),
      );
      if (administrator === undefined) {
        throw conflict(
          'last-administrator',
          'At least one active administrator of an oversight unit must remain.',
        );
      }
    });
  }

  get #table() {
    return this.#database.tables<AccessTables>();
  }
}

function toPerson(row: AccessTables['person']): Person {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    unitId: row.unit_id,
    active: row.active === 1,
    ...(row.staff_number === null ? {} : { staffNumber: row.staff_number }),
  };
}
