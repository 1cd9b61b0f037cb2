import type { ExportFailure, ExportState, ExportWait } from '@minhbach/shared/protocol';
import type {
  CounterId,
  ExportId,
  ExportRecipientId,
  PersonId,
  Sha256Hex,
  UnitId,
} from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface ExportTables {
  evidence_export: {
    id: ExportId;
    counter_id: CounterId;
    from_ms: number;
    to_ms: number;
    reason: string;
    case_id: string | null;
    asked_by: PersonId;
    asked_role: string;
    asked_unit_id: UnitId;
    asked_at: number;
    salt: string;
    state: ExportState;
    waits_for: ExportWait | null;
    failure: ExportFailure | null;
    size_bytes: number | null;
    sha256: Sha256Hex | null;
    read_me_sha256: Sha256Hex | null;
  };
  export_recipient: {
    id: ExportRecipientId;
    export_id: ExportId;
    sealed: string;
    token_hash: string;
    added_at: number;
    expires_at: number;
    fetches: number;
    last_fetched_at: number | null;
    revoked_at: number | null;
  };
}

export const evidenceSchema: readonly SchemaStep[] = [
  {
    name: 'evidence',
    up: `
CREATE TABLE evidence_export (
  id            TEXT PRIMARY KEY,      -- the package's id too
  counter_id    TEXT NOT NULL REFERENCES counter (id),
  from_ms       INTEGER NOT NULL,      -- UTC milliseconds, like all times
  to_ms         INTEGER NOT NULL CHECK (to_ms > from_ms),
  reason        TEXT NOT NULL,
  case_id       TEXT,
  asked_by      TEXT NOT NULL REFERENCES person (id),
  asked_role    TEXT NOT NULL,
  asked_unit_id TEXT NOT NULL,
  asked_at      INTEGER NOT NULL,      -- what the package says it was made at: fixed, so that its bytes are
  salt          TEXT NOT NULL,         -- of the commitments in custody.json; without it they say nothing
  state         TEXT NOT NULL CHECK (state IN ('waiting-approval', 'running', 'ready', 'failed')),
  waits_for     TEXT,
  failure       TEXT,
  size_bytes    INTEGER,
  sha256        TEXT
) STRICT;
CREATE INDEX evidence_export_by_state ON evidence_export (state);
-- From a time to the entries that state footage, without reading a whole ledger.
CREATE INDEX recorder_entry_of_footage ON recorder_entry (recorder_id, at)
  WHERE kind IN ('segment-sealed', 'gap');
`,
  },
  {
    name: 'evidence-read-me',
    // Of packages made before, nobody wrote it down.
    up: 'ALTER TABLE evidence_export ADD COLUMN read_me_sha256 TEXT',
  },
  {
    name: 'export-recipients',
    up: `
CREATE TABLE export_recipient (
  id              TEXT PRIMARY KEY,
  export_id       TEXT NOT NULL REFERENCES evidence_export (id),
  sealed          TEXT NOT NULL,         -- JSON of name and purpose, under the shield key
  token_hash      TEXT NOT NULL UNIQUE,  -- SHA-256 of the link's secret, hex: 256 random bits need no salt
  added_at        INTEGER NOT NULL,      -- UTC milliseconds, like all times
  expires_at      INTEGER NOT NULL CHECK (expires_at > added_at),
  fetches         INTEGER NOT NULL,      -- that were begun
  last_fetched_at INTEGER,
  revoked_at      INTEGER
) STRICT;
CREATE INDEX export_recipient_by_export ON export_recipient (export_id);
`,
  },
];
