import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { makeFolderDurablySync } from '@minhbach/shared/file-operations';
import type { PreviousGeneration } from '@minhbach/shared/protocol';
import { recorderIdSchema, utcMsSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { EntryLog } from '../ledger/index.ts';
import { spoolMigrations } from './migrations.ts';
import { giveRoom, keepRoom } from './kept-room.ts';
import { isFullDisk } from './is-full-disk.ts';
import { damageMarkPath, openIndex, spoolIdOf, type OpenedIndex } from './open-index.ts';
import { openSegmentRowSchema } from './open-segment-row.ts';
import { previousRunOf } from './previous-run.ts';
import { SpoolBinding, type BoundSpool } from './spool-binding.ts';
import { SpoolError } from './spool-error.ts';
import type { KeptTable, Migration, Spool, SpoolNotice } from './spool.ts';
import { SqliteSpool } from './sqlite-spool.ts';

export interface OpenSpoolOptions {
  /** Made if missing (its parent must exist). */
  readonly directory: string;
  readonly clock: Clock;
  /** Part of every object key. A spool of another recorder is refused (`wrong-recorder`). */
  readonly recorderId: RecorderId;
  /** Further rooms' steps, run after the spool's own. */
  readonly migrations?: readonly Migration[];
  /** Further rooms' tables that must outlive the index, by name. */
  readonly kept?: Readonly<Record<string, KeptTable>>;
  /** Where to remember which spool belongs here, on another disk than the spool's where there are two. */
  readonly bindingPath?: string;
  /** Of this program. */
  readonly version?: string;
}

const spoolRowSchema = z.strictObject({
  recorder_id: recorderIdSchema,
  spool_id: z.uuid(),
  stopped_cleanly: z.int(),
  last_alive_at: utcMsSchema.nullable(),
  boot_id: z.string().nullable(),
});
type SpoolRow = z.infer<typeof spoolRowSchema>;

const memoryFileSystems = new Set([0x01021994, 0x858458f6]);

/**
 * Opens or makes the spool (recorder/DESIGN.md, "Open"): the disk is the right one, index and journal are sound and
 * agree, drops that a crash interrupted are finished. From here on the run counts as not stopped cleanly until
 * `close({ clean: true })`. Throws `SpoolError` for what an operator must mend.
 */
export async function openSpool(options: OpenSpoolOptions): Promise<Spool> {
  const directory = resolve(options.directory);
  const binding = new SpoolBinding(directory, options.recorderId, options.bindingPath);
  const bound = binding.look(() => spoolIdOf(directory));
  if (!giveRoom(directory)) throw noRoom(directory);
  const folders = {
    open: join(directory, 'open'),
    sealed: join(directory, 'sealed'),
    quarantine: join(directory, 'quarantine'),
  };
  for (const folder of [directory, ...Object.values(folders)]) makeFolderDurablySync(folder);
  const index = openIndex({
    directory,
    folders,
    migrations: [...spoolMigrations, ...(options.migrations ?? [])],
    kept: options.kept ?? {},
    now: options.clock.wallNow(),
  });
  try {
    const spool = await openOver({ options, directory, folders, binding, bound, index });
    keepRoom(directory);
    return spool;
  } catch (error) {
    index.database.close();
    index.journal.close();
    throw isFullDisk(error) ? noRoom(directory, error) : error;
  }
}

function noRoom(directory: string, cause?: unknown): SpoolError {
  return new SpoolError(
    'no-room',
    `the disk at ${directory} is full, not even the index can be opened: footage is recorded again when something is taken from it`,
    { cause },
  );
}

async function openOver(of: {
  readonly options: OpenSpoolOptions;
  readonly directory: string;
  readonly folders: Spool['folders'];
  readonly binding: SpoolBinding;
  readonly bound: BoundSpool;
  readonly index: OpenedIndex;
}): Promise<Spool> {
  const { options, directory, binding, bound } = of;
  const { database, journal, rebuilt } = of.index;
  const boot = bootId();
  const row = claim(database, {
    recorderId: options.recorderId,
    spoolId: bound.spoolId ?? randomUUID(),
    boot,
    result: rebuilt?.result,
  });
  const entries = new EntryLog(database);
  const previous = goesOnFrom(entries, of.bound, of.index);
  if (entries.generations().length === 0) {
    // The first generation has nothing to name; a later one is begun below, over an empty one in its place.
    entries.begin(previous === undefined ? 0 : previous.generation, null);
  }
  const opens = bound.opens + 1;
  const spool = new SqliteSpool({
    ...{ directory, folders: of.folders, database, journal, clock: options.clock },
    recorderId: options.recorderId,
    spoolId: row.spool_id,
    previousRun: previousRunOf(
      {
        isNew: row.boot_id === null && row.last_alive_at === null,
        stoppedCleanly: row.stopped_cleanly === 1,
        boot: row.boot_id ?? undefined,
        lastAliveAt: row.last_alive_at ?? undefined,
      },
      boot,
    ),
    lastAliveAt: row.last_alive_at ?? undefined,
    notices: noticesOf(of.index, previous, directory),
    run: { version: options.version ?? 'unknown', boot },
    onDamage: () => writeFileSync(damageMarkPath(directory), ''),
    onClosed: ({ clean }, { generation, size }) => {
      if (clean) binding.remember({ spoolId: row.spool_id, opens, generation, ledgerSize: size });
    },
  });
  if (previous !== undefined) spool.beginGeneration(previous, rebuilt?.result.afterDamage ?? []);
  keepEverything(spool, options.kept ?? {});
  spool.catchUpJournal();
  const { generation, size } = entries.current();
  binding.bind({ spoolId: row.spool_id, opens, generation, ledgerSize: size });
  await spool.finishDrops();
  return spool;
}

/** Says whose spool it is, and how the run before ended; marks this one as running. */
function claim(
  database: Database.Database,
  of: {
    readonly recorderId: RecorderId;
    readonly spoolId: string;
    readonly boot: string;
    readonly result: NonNullable<OpenedIndex['rebuilt']>['result'] | undefined;
  },
): SpoolRow {
  return database.transaction(() => {
    const { result } = of;
    database
      .prepare(
        `INSERT INTO spool (only, recorder_id, spool_id, stopped_cleanly, last_alive_at, boot_id)
         VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(
        ...[of.recorderId, of.spoolId, (result?.stoppedCleanly ?? true) ? 1 : 0],
        ...[result?.lastAt ?? null, result?.lastBoot ?? null],
      );
    const row = spoolRowSchema.parse(
      database
        .prepare('SELECT recorder_id, spool_id, stopped_cleanly, last_alive_at, boot_id FROM spool')
        .get(),
    );
    if (row.recorder_id !== of.recorderId) {
      throw new SpoolError('wrong-recorder', `${database.name} belongs to recorder ${row.recorder_id}`);
    }
    database.prepare('UPDATE spool SET stopped_cleanly = 0, boot_id = ?').run(of.boot);
    return row;
  })();
}

/** The ledger that cannot simply be extended, if there is one. */
function goesOnFrom(
  entries: EntryLog,
  bound: BoundSpool,
  index: OpenedIndex,
): PreviousGeneration | undefined {
  const newest = entries.generations().at(-1);
  const result = index.rebuilt?.result;
  const known = bound.remembered;
  const own = newest && {
    generation: newest.generation,
    size: newest.size,
    ...lastLeafOf(entries, newest.generation, newest.size),
  };
  if (result?.isDamaged === true) {
    return { ...(own ?? { size: 0 }), generation: result.newestGeneration, why: 'ledger-damaged' };
  }
  if (own === undefined) {
    if (bound.spoolId === undefined) return undefined;
    return { generation: known?.generation ?? 0, size: known?.ledgerSize ?? 0, why: 'ledger-lost' };
  }
  const isBehind =
    known !== undefined &&
    (known.generation > own.generation ||
      (known.generation === own.generation && known.ledgerSize > own.size));
  if (!bound.isRestored && !isBehind) return undefined;
  const generation = Math.max(own.generation, known?.generation ?? 0);
  return { ...own, generation, why: 'disk-restored' };
}

function lastLeafOf(entries: EntryLog, generation: number, size: number) {
  const lastLeaf = entries.leafHash(generation, size - 1);
  return lastLeaf === undefined ? {} : { lastLeaf };
}

function noticesOf(
  { rebuilt }: OpenedIndex,
  previous: PreviousGeneration | undefined,
  directory: string,
): SpoolNotice[] {
  const notices: SpoolNotice[] = [];
  if (rebuilt !== undefined) {
    const { entries, afterDamage } = rebuilt.result;
    notices.push({
      finding: 'index-rebuilt',
      message: `the index was made again from the journal (${rebuilt.why}): ${entries + afterDamage.length} facts; what was there lies in quarantine/`,
    });
  }
  if (previous?.why === 'disk-restored') {
    notices.push({
      finding: 'disk-restored',
      message: `the disk at ${directory} is a copy of an earlier day: its ledger ends at entry ${previous.size} of generation ${previous.generation}; a new generation begins`,
    });
  } else if (previous !== undefined) {
    notices.push({
      finding: 'ledger-damaged',
      message: `the ledger at ${directory} cannot be read beyond entry ${previous.size} of generation ${previous.generation}; a new generation begins`,
    });
  }
  if (memoryFileSystems.has(statfsSync(directory).type)) {
    notices.push({
      finding: 'on-memory',
      message: `${directory} lies in memory (tmpfs) and is gone at the next power cut: put the data directory on a disk`,
    });
  }
  return notices;
}

/** All that a rebuild needs beside the entries: small, and said anew at each opening, whatever became of the journal. */
function keepEverything(spool: SqliteSpool, kept: Readonly<Record<string, KeptTable>>): void {
  for (const [name, table] of Object.entries(kept))
    for (const row of table.rows(spool.database)) spool.keep(name, row);
  for (const row of spool.openSegmentRows()) spool.keepOpen(openSegmentRowSchema.parse(row));
}

/** Changes with every start of the machine, so that a restart of the program can be told from one of the box. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
