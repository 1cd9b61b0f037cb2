import type { SchemaStep } from '../database/index.ts';

export interface GrantTables {
  play_grant: {
    id: string;
    person_id: string;
    session_key: string;
    counter_id: string;
    from_ms: number;
    to_ms: number;
    incident_id: string | null;
    case_id: string | null;
    created_at: number;
    expires_at: number;
  };
}

export const playbackSchema: readonly SchemaStep[] = [
  {
    name: 'playback',
    up: `
CREATE TABLE play_grant (
  id          TEXT NOT NULL PRIMARY KEY,
  person_id   TEXT NOT NULL,
  session_key TEXT NOT NULL,      -- a grant is worth nothing in another session, even of the same person
  counter_id  TEXT NOT NULL,
  from_ms     INTEGER NOT NULL,
  to_ms       INTEGER NOT NULL CHECK (to_ms > from_ms),
  incident_id TEXT,
  case_id     TEXT,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL    -- the reason stated lies in the audit, shielded
) STRICT, WITHOUT ROWID;
`,
  },
];
