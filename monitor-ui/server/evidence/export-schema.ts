import type { ExportFailure, ExportState, ExportWait } from '@minhbach/shared/protocol';
import type { CounterId, ExportId, PersonId, Sha256Hex, UnitId } from '@minhbach/shared/units-of-measure';
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
];
