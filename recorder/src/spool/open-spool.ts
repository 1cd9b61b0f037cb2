import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { recorderIdSchema, utcMsSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { setDurabilityPragmas } from './durability-pragmas.ts';
import { makeFolderDurably } from './durable-files.ts';
import { errnoOf } from './errno.ts';
import { migrate, spoolMigrations } from './migrations.ts';
import { SpoolError } from './spool-error.ts';
import type { Migration, Spool } from './spool.ts';
import { SqliteSpool } from './sqlite-spool.ts';

export interface OpenSpoolOptions {
  /** Made if missing (its parent must exist). */
  readonly directory: string;
  readonly clock: Clock;
  /** Part of every object key. A spool of another recorder is refused (`wrong-recorder`). */
  readonly recorderId: RecorderId;
  /** Further rooms' steps, run after the spool's own. */
  readonly migrations?: readonly Migration[];
}

const spoolRowSchema = z.strictObject({
  recorder_id: recorderIdSchema,
  spool_id: z.uuid(),
  stopped_cleanly: z.int(),
  last_alive_at: utcMsSchema.nullable(),
});

/**
 * Opens or makes the spool: folders, database, durability pragmas set and read back, migrations, drops that a crash
 * interrupted. From here on the run counts as not stopped cleanly until `close({ clean: true })`.
 */
export async function openSpool(options: OpenSpoolOptions): Promise<Spool> {
  const directory = resolve(options.directory);
  const folders = {
    open: join(directory, 'open'),
    sealed: join(directory, 'sealed'),
    quarantine: join(directory, 'quarantine'),
  };
  for (const folder of [directory, ...Object.values(folders)]) makeFolderDurably(folder);
  const database = new Database(join(directory, 'spool.db'));
  try {
    setDurabilityPragmas(database);
    const health = database.pragma('quick_check(1)', { simple: true });
    if (health !== 'ok') throw new SpoolError('corrupt', `${database.name}: ${String(health)}`);
    migrate(database, [...spoolMigrations, ...(options.migrations ?? [])]);
    const row = claim(database, options.recorderId);
    const spool = new SqliteSpool({
      directory,
      folders,
      database,
      clock: options.clock,
      recorderId: options.recorderId,
      spoolId: row.spool_id,
      stoppedCleanly: row.stopped_cleanly === 1,
      lastAliveAt: row.last_alive_at ?? undefined,
    });
    await spool.finishDrops();
    return spool;
  } catch (error) {
    database.close();
    if (/CORRUPT|NOTADB/.test(errnoOf(error) ?? '')) {
      throw new SpoolError('corrupt', `${database.name} is damaged`, { cause: error });
    }
    throw error;
  }
}

/** Says whose spool it is, and how the run before ended; marks this one as running. */
function claim(database: Database.Database, recorderId: RecorderId): z.infer<typeof spoolRowSchema> {
  return database.transaction(() => {
    database
      .prepare('INSERT INTO spool (only, recorder_id, spool_id) VALUES (1, ?, ?) ON CONFLICT DO NOTHING')
      .run(recorderId, randomUUID());
    const row = spoolRowSchema.parse(
      database.prepare('SELECT recorder_id, spool_id, stopped_cleanly, last_alive_at FROM spool').get(),
    );
    if (row.recorder_id !== recorderId) {
      throw new SpoolError('wrong-recorder', `${database.name} belongs to recorder ${row.recorder_id}`);
    }
    database.prepare('UPDATE spool SET stopped_cleanly = 0').run();
    return row;
  })();
}
