import type Database from 'better-sqlite3';

/**
 * What makes a committed row survive a power cut. Set and read back on every open: this build of SQLite answers NORMAL
 * for a WAL file unless told otherwise each time, and NORMAL may lose committed rows.
 */
const durabilityPragmas = { journal_mode: 'wal', synchronous: 2, foreign_keys: 1 } as const;

export function makeDurable(sqlite: Database.Database): void {
  sqlite.pragma('busy_timeout = 5000');
  for (const [name, wanted] of Object.entries(durabilityPragmas)) {
    sqlite.pragma(`${name} = ${wanted}`);
    const found: unknown = sqlite.pragma(name, { simple: true });
    if (found !== wanted) throw new DatabaseError(`SQLite answers ${name}=${String(found)}, not ${wanted}`);
  }
}

/** The database cannot be used; the message says why in one sentence. */
export class DatabaseError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DatabaseError';
  }
}
