import type { Role } from '@minhbach/shared/protocol';
import type { PersonId, UnitId } from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface AccessTables {
  unit: { id: UnitId; name: string; oversight: number };
  person: {
    id: PersonId;
    username: string;
    display_name: string;
    role: Role;
    unit_id: UnitId;
    active: number;
    password_hash: string;
    created_at: number;
    staff_number: string | null;
  };
  session: {
    id_hash: string;
    person_id: PersonId;
    body: string;
    signed_in_at: number;
    last_seen_at: number;
  };
}

export const accessSchema: readonly SchemaStep[] = [
  {
    name: 'access',
    up: `
CREATE TABLE unit (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  oversight INTEGER NOT NULL CHECK (oversight IN (0, 1))
) STRICT;
CREATE TABLE person (
  id            TEXT PRIMARY KEY,
  username      TEXT NOT NULL UNIQUE,
  display_name  TEXT NOT NULL,
  role          TEXT NOT NULL,
  unit_id       TEXT NOT NULL REFERENCES unit (id),
  active        INTEGER NOT NULL CHECK (active IN (0, 1)),
  password_hash TEXT NOT NULL,                    -- Argon2id, PHC string
  created_at    INTEGER NOT NULL                  -- UTC milliseconds, like all times
) STRICT;
CREATE TABLE session (
  id_hash      TEXT PRIMARY KEY,                  -- SHA-256 of the id: whoever reads this file cannot use it
  person_id    TEXT NOT NULL REFERENCES person (id),
  body         TEXT NOT NULL,
  signed_in_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL                   -- at most a minute behind
) STRICT;
CREATE INDEX session_by_person ON session (person_id);
`,
  },
  {
    name: 'staff-numbers',
    up: `
ALTER TABLE person ADD COLUMN staff_number TEXT;  -- the same for all accounts of one human being
CREATE INDEX person_by_staff_number ON person (staff_number);
`,
  },
];
