import type Database from 'better-sqlite3';
import { SpoolError } from './spool-error.ts';
import type { Migration } from './spool.ts';

/** The spool's own tables. A step, once released, is never edited: add another. */
export const spoolMigrations: readonly Migration[] = [
  {
    name: 'spool-1',
    sql: `
-- One row: whose spool this is and how the last run ended.
CREATE TABLE spool (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  recorder_id TEXT NOT NULL,
  spool_id TEXT NOT NULL,                         -- random; marks this spool's ffmpeg processes
  stopped_cleanly INTEGER NOT NULL DEFAULT 1 CHECK (stopped_cleanly IN (0, 1)),
  last_alive_at INTEGER                           -- UTC ms; written every few seconds while recording
) STRICT;

-- The facts, in the order they were stated. seq has no holes; json is RFC 8785.
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY CHECK (seq >= 0),
  at INTEGER NOT NULL,                            -- UTC ms
  kind TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;

-- A sealed segment: its file lies in sealed/ and hashes to sha256 for as long as the row is not garbage.
CREATE TABLE segment (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  capture_id TEXT NOT NULL,
  start_utc_ms INTEGER NOT NULL,
  end_utc_ms INTEGER NOT NULL CHECK (end_utc_ms > start_utc_ms),
  first_tfdt INTEGER NOT NULL,                    -- ticks of timescale
  timescale INTEGER NOT NULL CHECK (timescale > 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  init_bytes INTEGER NOT NULL CHECK (init_bytes > 0 AND init_bytes < bytes),
  fragments INTEGER NOT NULL CHECK (fragments > 0),
  sha256 TEXT NOT NULL,
  fragments_root TEXT NOT NULL,
  codec TEXT NOT NULL,
  mime TEXT NOT NULL,
  keyframes TEXT NOT NULL,                        -- JSON list of ms from start_utc_ms
  clock_error_ms INTEGER NOT NULL CHECK (clock_error_ms >= 0),
  recovered INTEGER NOT NULL CHECK (recovered IN (0, 1)),
  file_name TEXT NOT NULL UNIQUE,                 -- below sealed/
  key TEXT NOT NULL,                              -- object key in the archive
  upload_state TEXT NOT NULL DEFAULT 'sealed' CHECK (upload_state IN ('sealed', 'uploading', 'uploaded', 'proven')),
  version_id TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL DEFAULT 0,     -- UTC ms
  garbage INTEGER NOT NULL DEFAULT 0 CHECK (garbage IN (0, 1)) -- 1: dropped; file may still be there until unlinked
) STRICT;
CREATE INDEX segment_to_upload ON segment (source_id, start_utc_ms) WHERE upload_state <> 'proven' AND garbage = 0;
CREATE INDEX segment_proven ON segment (start_utc_ms) WHERE upload_state = 'proven' AND garbage = 0;
CREATE INDEX segment_garbage ON segment (id) WHERE garbage = 1;

-- A segment being written into open/: enough to place what a crash leaves of it.
CREATE TABLE open_segment (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  capture_id TEXT NOT NULL,
  file_name TEXT NOT NULL UNIQUE,                 -- below open/
  start_utc_ms INTEGER NOT NULL,                  -- provisional for a capture's first segment until it settles
  first_tfdt INTEGER NOT NULL,
  timescale INTEGER NOT NULL CHECK (timescale > 0),
  clock_error_ms INTEGER NOT NULL
) STRICT;

-- Up to where a source's time is accounted for, by footage or by gaps.
CREATE TABLE source_watermark (
  source_id TEXT PRIMARY KEY,
  end_utc_ms INTEGER NOT NULL
) STRICT;

-- What a device's stream was last seen to carry, so that a restart can pull at once.
CREATE TABLE device_stream (
  device_id TEXT NOT NULL,
  quality TEXT NOT NULL CHECK (quality IN ('main', 'sub')),
  json TEXT NOT NULL,
  PRIMARY KEY (device_id, quality)
) STRICT;
`,
  },
  {
    name: 'spool-2',
    sql: `
ALTER TABLE spool ADD COLUMN boot_id TEXT;        -- of the machine, when this spool was last opened

-- Why there was no footage when that was last seen: for a run that dies before it has stated where footage began again.
ALTER TABLE source_watermark ADD COLUMN outage TEXT; -- JSON {cause, evidence}

-- A ledger that could not be extended goes on in a new generation. entry.ordinal runs on through all of them.
ALTER TABLE entry RENAME COLUMN seq TO ordinal;
CREATE TABLE generation (
  generation INTEGER PRIMARY KEY CHECK (generation >= 0),
  first_ordinal INTEGER NOT NULL,
  previous TEXT                                   -- JSON: the one before, and why
) STRICT;

INSERT INTO generation SELECT 0, 0, NULL WHERE EXISTS (SELECT 1 FROM entry);

-- What each monitor is known to have stored; may be less than it has.
CREATE TABLE monitor_position (
  monitor TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  next_seq INTEGER NOT NULL
) STRICT;

-- Where the scrub is in its pass over all sealed files.
CREATE TABLE scrub (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  after_id TEXT NOT NULL,                         -- '' at the begin of a pass
  pass_began_at INTEGER NOT NULL,                 -- UTC ms
  segments INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  damaged INTEGER NOT NULL,
  last_pass_ended_at INTEGER
) STRICT;

-- Sums over segment, so that no start and no report has to read all of it.
CREATE TABLE segment_total (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  segments INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  unproven INTEGER NOT NULL,
  unproven_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO segment_total
  SELECT 1, count(*), coalesce(sum(bytes), 0), coalesce(sum(upload_state <> 'proven'), 0),
    coalesce(sum(bytes * (upload_state <> 'proven')), 0)
  FROM segment WHERE garbage = 0;
CREATE TRIGGER segment_total_insert AFTER INSERT ON segment WHEN new.garbage = 0 BEGIN
  UPDATE segment_total SET segments = segments + 1, bytes = bytes + new.bytes,
    unproven = unproven + (new.upload_state <> 'proven'),
    unproven_bytes = unproven_bytes + new.bytes * (new.upload_state <> 'proven');
END;
CREATE TRIGGER segment_total_delete AFTER DELETE ON segment WHEN old.garbage = 0 BEGIN
  UPDATE segment_total SET segments = segments - 1, bytes = bytes - old.bytes,
    unproven = unproven - (old.upload_state <> 'proven'),
    unproven_bytes = unproven_bytes - old.bytes * (old.upload_state <> 'proven');
END;
CREATE TRIGGER segment_total_update AFTER UPDATE OF upload_state, garbage ON segment BEGIN
  UPDATE segment_total SET segments = segments - (old.garbage = 0) + (new.garbage = 0),
    bytes = bytes - old.bytes * (old.garbage = 0) + new.bytes * (new.garbage = 0),
    unproven = unproven - (old.garbage = 0 AND old.upload_state <> 'proven')
      + (new.garbage = 0 AND new.upload_state <> 'proven'),
    unproven_bytes = unproven_bytes - old.bytes * (old.garbage = 0 AND old.upload_state <> 'proven')
      + new.bytes * (new.garbage = 0 AND new.upload_state <> 'proven');
END;
`,
  },
  {
    name: 'spool-3',
    sql: `
ALTER TABLE segment ADD COLUMN keyframe_offsets TEXT; -- JSON list parallel to keyframes; NULL: not known
`,
  },
  {
    name: 'spool-4',
    sql: `
-- What was measured or seen once and need not be again; forgotten without loss.
CREATE TABLE memory (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
`,
  },
];

/** Runs what has not run yet. Throws `newer-schema` when the database knows a step this program does not. */
export function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, ordinal INTEGER NOT NULL UNIQUE) STRICT`,
  );
  const done = database.prepare<[], string>('SELECT name FROM migration ORDER BY ordinal').pluck().all();
  const known = new Set(migrations.map(({ name }) => name));
  const foreign = done.find((name) => !known.has(name));
  if (foreign !== undefined) {
    throw new SpoolError(
      'newer-schema',
      `${database.name} was made by another version of this program (schema step ${foreign}): run that version`,
    );
  }
  for (const migration of migrations) {
    if (done.includes(migration.name)) continue;
    database.transaction(() => {
      database.exec(migration.sql);
      database
        .prepare(
          'INSERT INTO migration (name, ordinal) SELECT ?, coalesce(max(ordinal), 0) + 1 FROM migration',
        )
        .run(migration.name);
    })();
  }
}
