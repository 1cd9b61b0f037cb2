import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import { DatabaseError } from './durability.ts';

/** One step forward, written by the room that owns the tables. Never changed once released. */
export interface SchemaStep {
  readonly name: string;
  /** Several SQL statements. */
  readonly up: string;
}

/** Applies what is missing, in the order given. Rejects when the file is of a newer program than this one. */
export async function migrate<Tables>(database: Kysely<Tables>, steps: readonly SchemaStep[]): Promise<void> {
  const migrations = Object.fromEntries(
    steps.map((step, index) => [`${String(index + 1).padStart(4, '0')}-${step.name}`, toMigration(step)]),
  );
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : 'of an unknown fault';
  throw new DatabaseError(
    /missing|corrupted/.test(reason)
      ? 'The database was written by a newer version of this program; start that version instead.'
      : `The database could not be brought up to date: ${reason}`,
    { cause: error },
  );
}

function toMigration(step: SchemaStep): Migration {
  return {
    up: async (database: Kysely<unknown>) => {
      for (const statement of statementsOf(step.up)) await sql.raw(statement).execute(database);
    },
  };
}

/** Splits at `;` at the end of a line, but not inside a trigger's BEGIN … END. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  let insideTrigger = false;
  for (const line of text.split('\n')) {
    const code = line.replace(/--.*$/, '').trimEnd();
    if (code.trim() === '') continue;
    lines.push(code);
    if (/^\s*CREATE TRIGGER\b/i.test(code)) insideTrigger = true;
    if (!code.endsWith(';') || (insideTrigger && !/\bEND;$/i.test(code))) continue;
    statements.push(lines.join('\n'));
    lines = [];
    insideTrigger = false;
  }
  if (lines.length > 0) statements.push(lines.join('\n'));
  return statements;
}
