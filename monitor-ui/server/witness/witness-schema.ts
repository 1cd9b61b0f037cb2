import type { SchemaStep } from '../database/index.ts';

/** What this monitor remembers of ledgers: those of its recorders, and its own. Times are UTC milliseconds. */
export const witnessSchema: readonly SchemaStep[] = [
  {
    name: 'witnessed-ledgers',
    up: `
CREATE TABLE ledger_tile (                             -- the tree over a ledger's entries; made again from them at need
  origin TEXT NOT NULL,                                -- the ledger's name in its checkpoints
  level  INTEGER NOT NULL,
  tile   INTEGER NOT NULL,
  hashes BLOB NOT NULL,                                -- 32 bytes each, at most 256
  PRIMARY KEY (origin, level, tile)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_tree (
  origin TEXT NOT NULL PRIMARY KEY,
  size   INTEGER NOT NULL                              -- entries that the tiles are over
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_head (                             -- every head this monitor signed, for itself or as a witness
  origin    TEXT NOT NULL,
  size      INTEGER NOT NULL,
  root      TEXT NOT NULL,                             -- hex
  note      TEXT NOT NULL,                             -- with all signatures known
  signed_at INTEGER NOT NULL,
  PRIMARY KEY (origin, size)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_head_is_final BEFORE UPDATE OF origin, size, root, signed_at ON ledger_head BEGIN
  SELECT RAISE(ABORT, 'a witness does not change what it signed');
END;
CREATE TRIGGER ledger_head_stays BEFORE DELETE ON ledger_head BEGIN
  SELECT RAISE(ABORT, 'a witness does not forget what it signed');
END;
CREATE TRIGGER ledger_head_grows BEFORE INSERT ON ledger_head
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM ledger_head WHERE origin = NEW.origin) BEGIN
  SELECT RAISE(ABORT, 'a witness signs no shorter ledger than before');
END;
`,
  },
  {
    name: 'archived-heads',
    up: `
CREATE TABLE archived_head (                           -- the newest head of each ledger that lies in the archive, with its tiles
  origin TEXT NOT NULL PRIMARY KEY,
  size   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
  },
  {
    name: 'promised-heads',
    up: `
CREATE TABLE promised_head (                           -- signed by a recorder over entries it has not told yet
  origin      TEXT NOT NULL,
  size        INTEGER NOT NULL,
  root        TEXT NOT NULL,                           -- hex
  note        TEXT NOT NULL,                           -- with the recorder's signature
  promised_at INTEGER NOT NULL,
  PRIMARY KEY (origin, size, root)                     -- two over as many entries: one of them is broken
) STRICT, WITHOUT ROWID;
`,
  },
];
