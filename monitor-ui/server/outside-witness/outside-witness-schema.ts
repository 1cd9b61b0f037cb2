import type { SchemaStep } from '../database/index.ts';
import { witnessSchema } from '../witness/index.ts';

/** What a witness elsewhere keeps: entries and heads of others, whose keys they are, and what it refused. UTC milliseconds. */
export const outsideWitnessSchema: readonly SchemaStep[] = [
  ...witnessSchema.slice(0, 1),
  {
    name: 'outside-witness',
    up: `
CREATE TABLE held_key (                                -- of a ledger's author; taken at first sight unless pinned
  ledger_id  TEXT NOT NULL PRIMARY KEY,                -- the recorder's or the monitor's id
  public_key TEXT NOT NULL,                            -- raw Ed25519, base64url
  first_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE held_ledger (
  origin     TEXT NOT NULL PRIMARY KEY,
  ledger_id  TEXT NOT NULL,
  kind       TEXT NOT NULL,                            -- recorder or monitor
  generation INTEGER NOT NULL,
  name       TEXT NOT NULL,
  monitor    TEXT NOT NULL                             -- which monitor showed it first, by its name in the settings
) STRICT, WITHOUT ROWID;
CREATE TABLE held_entry (
  origin TEXT NOT NULL,
  seq    INTEGER NOT NULL,
  body   TEXT NOT NULL,                                -- canonical text, as hashed
  PRIMARY KEY (origin, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE shown_size (                              -- the largest head each monitor showed
  monitor TEXT NOT NULL,
  origin  TEXT NOT NULL,
  size    INTEGER NOT NULL,
  PRIMARY KEY (monitor, origin)
) STRICT, WITHOUT ROWID;
CREATE TABLE refusal (                                 -- what was not signed, and the note itself as evidence
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  monitor TEXT NOT NULL,
  origin  TEXT NOT NULL,
  why     TEXT NOT NULL,
  message TEXT NOT NULL,
  note    TEXT NOT NULL
) STRICT;
CREATE TRIGGER refusal_stays BEFORE DELETE ON refusal BEGIN
  SELECT RAISE(ABORT, 'a witness does not forget what it refused');
END;
CREATE TRIGGER held_key_stays BEFORE UPDATE ON held_key BEGIN
  SELECT RAISE(ABORT, 'the key of a ledger does not change');
END;
`,
  },
];
