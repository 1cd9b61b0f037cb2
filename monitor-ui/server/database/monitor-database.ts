import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect, type Compilable } from 'kysely';
import { DatabaseError, makeDurable } from './durability.ts';
import { migrate, type SchemaStep } from './migrate.ts';

/**
 * The monitor's one file of facts. Kysely writes the SQL and its types; statements then run at once on the one
 * connection, so that nothing can slip in between the statements of a transaction, and what returned is on disk.
 */
export class MonitorDatabase {
  /** For prepared statements where microseconds count. */
  readonly sqlite: SqliteDatabase.Database;
  readonly #kysely: Kysely<unknown>;
  readonly #prepared = new Map<string, SqliteDatabase.Statement>();

  private constructor(sqlite: SqliteDatabase.Database) {
    this.sqlite = sqlite;
    this.#kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  }

  /**
   * `file` may be `:memory:` in tests. `alone`: nobody else may have it open, now or later. Rejects with `DatabaseError`
   * when the schema is newer than `steps`, or when it is to be alone and is not.
   */
  static async open(
    file: string,
    steps: readonly SchemaStep[],
    options: { readonly alone?: boolean } = {},
  ): Promise<MonitorDatabase> {
    const sqlite = new SqliteDatabase(file);
    try {
      if (options.alone === true) lockAlone(sqlite);
      if (file !== ':memory:') makeDurable(sqlite);
      else sqlite.pragma('foreign_keys = 1');
      const database = new MonitorDatabase(sqlite);
      await migrate(database.#kysely, steps);
      return database;
    } catch (error) {
      sqlite.close();
      throw error;
    }
  }

  /** A query builder over one room's tables. Build with it, run with `all`, `first` and `run`. */
  tables<Tables>(): Kysely<Tables> {
    return this.#kysely as unknown as Kysely<Tables>;
  }

  all<Row>(query: Compilable<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.#statement(sql).all(...parameters) as Row[];
  }

  first<Row>(query: Compilable<Row>): Row | undefined {
    const { sql, parameters } = query.compile();
    return this.#statement(sql).get(...parameters) as Row | undefined;
  }

  /** Answers the number of rows changed. Outside a transaction, durable on return. */
  run(query: Compilable): number {
    const { sql, parameters } = query.compile();
    return this.#statement(sql).run(...parameters).changes;
  }

  /** All or nothing, durable on return. `work` must not await. */
  transaction<Result>(work: () => Result): Result {
    return this.sqlite.transaction(work).immediate();
  }

  close(): void {
    this.sqlite.close();
  }

  #statement(sql: string): SqliteDatabase.Statement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.sqlite.prepare(sql);
    if (this.#prepared.size < 500) this.#prepared.set(sql, statement);
    return statement;
  }
}

/** In this mode SQLite takes the file for itself at the first read, or says that it is taken. */
function lockAlone(sqlite: SqliteDatabase.Database): void {
  try {
    sqlite.pragma('busy_timeout = 1000');
    sqlite.pragma('locking_mode = EXCLUSIVE');
    sqlite.pragma('user_version');
    sqlite.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    if (!String((cause as { code?: unknown } | null)?.code).startsWith('SQLITE_BUSY')) throw cause;
    throw new DatabaseError('The monitor is running on this database; stop it first.', { cause });
  }
}
