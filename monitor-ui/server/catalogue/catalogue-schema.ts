import type { SchemaStep } from '../database/index.ts';

/**
 * Tables of this room. All but `recorder_entry` and `expired_span` can be rebuilt from the entries; those are kept as
 * the recorder stated them, because a witness must be able to show them again. Times are UTC milliseconds.
 */
export const catalogueSchema: readonly SchemaStep[] = [
  {
    name: 'catalogue',
    up: `
CREATE TABLE recorder_entry (
  recorder_id TEXT NOT NULL,
  generation  INTEGER NOT NULL,
  seq         INTEGER NOT NULL,                       -- from 0, without holes within a generation
  at          INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  body        TEXT NOT NULL,                          -- RFC 8785 canonical JSON
  PRIMARY KEY (recorder_id, generation, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_owner (                           -- the recorder that first spoke of a source; no other may
  source_id   TEXT NOT NULL PRIMARY KEY,
  recorder_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a timeline and a playlist read, lying in the order they read it: a day of a source is one run of pages.
CREATE TABLE segment (
  source_id   TEXT NOT NULL,
  start_ms    INTEGER NOT NULL,
  segment_id  TEXT NOT NULL,
  end_ms      INTEGER NOT NULL CHECK (end_ms >= start_ms),
  capture_id  TEXT NOT NULL,
  first_tfdt  INTEGER NOT NULL,                       -- ticks of timescale
  timescale   INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  init_bytes  INTEGER NOT NULL CHECK (init_bytes < bytes),
  mime        TEXT NOT NULL,
  proven      INTEGER NOT NULL DEFAULT 0 CHECK (proven IN (0, 1)),   -- 1: in the archive, read back and hashed
  dropped     INTEGER NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1)),  -- 1: no longer in the spool
  PRIMARY KEY (source_id, start_ms, segment_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX segment_by_id ON segment (segment_id);

CREATE TABLE segment_fact (                           -- read for one segment at a time
  segment_id     TEXT NOT NULL PRIMARY KEY,
  recorder_id    TEXT NOT NULL,
  sha256         TEXT NOT NULL,
  fragments_root TEXT NOT NULL,
  fragments      INTEGER NOT NULL,
  codec          TEXT NOT NULL,
  clock_error_ms INTEGER NOT NULL,
  recovered      INTEGER NOT NULL CHECK (recovered IN (0, 1)),
  object_key     TEXT NOT NULL,
  version_id     TEXT,
  keyframes      TEXT NOT NULL                        -- JSON array, milliseconds from start_ms
) STRICT, WITHOUT ROWID;

CREATE TABLE gap (
  gap_id    TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL,
  from_ms   INTEGER NOT NULL,
  to_ms     INTEGER NOT NULL CHECK (to_ms >= from_ms),
  cause     TEXT NOT NULL,
  evidence  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX gap_by_source ON gap (source_id, to_ms, from_ms, cause);
`,
  },
  {
    name: 'catalogue-cuts',
    up: `
ALTER TABLE segment ADD COLUMN cuts TEXT;              -- JSON, see segment-cuts.ts; NULL: played as one piece
`,
  },
  {
    name: 'archived-ledger',
    up: `
CREATE TABLE expired_span (                           -- footage that retention removed: the archive no longer tells
  source_id TEXT NOT NULL,
  from_ms   INTEGER NOT NULL,
  to_ms     INTEGER NOT NULL CHECK (to_ms >= from_ms),
  PRIMARY KEY (source_id, from_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry_bundle (                           -- entries in the archive: the widest object of each bundle
  recorder_id TEXT NOT NULL,
  generation  INTEGER NOT NULL,
  bundle      INTEGER NOT NULL,                       -- entries from bundle * 256 on
  width       INTEGER NOT NULL CHECK (width BETWEEN 1 AND 256),
  object_key  TEXT NOT NULL,
  version_id  TEXT,
  PRIMARY KEY (recorder_id, generation, bundle)
) STRICT, WITHOUT ROWID;

-- A rebuild that has not ended: where it goes on, what it has met, what it has to say.
CREATE TABLE catalogue_rebuild (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  phase    TEXT NOT NULL,
  position TEXT NOT NULL
) STRICT;
CREATE TABLE catalogue_rebuild_seen (segment_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE catalogue_rebuild_finding (
  code     TEXT NOT NULL,
  place    TEXT NOT NULL,                             -- object key or entry
  expected TEXT NOT NULL,
  found    TEXT NOT NULL,
  PRIMARY KEY (code, place)
) STRICT, WITHOUT ROWID;
`,
  },
];
