import type { ComplaintChannel, ComplaintKind, ComplaintState } from '@minhbach/shared/protocol';
import type {
  AttachmentId,
  CaseId,
  ComplaintId,
  CounterId,
  HoldId,
  PersonId,
} from '@minhbach/shared/units-of-measure';
import type { Generated } from 'kysely';
import type { SchemaStep } from '../database/index.ts';

export interface ComplaintTables {
  complaint: {
    seq: Generated<number>;
    id: ComplaintId;
    receipt_digest: string;
    kind: ComplaintKind;
    channel: ComplaintChannel;
    state: ComplaintState;
    received_at: number;
    received_by: PersonId | null;
    counter_id: CounterId | null;
    from_ms: number | null;
    to_ms: number | null;
    case_id: CaseId | null;
    accept_by: number;
    answer_by: number;
    ticket_digest: string | null;
    dossier_digest: string | null;
    phone_digest: string | null;
    sealed: string;
    answer_sealed: string | null;
  };
  complaint_clip: {
    complaint_id: ComplaintId;
    counter_id: CounterId;
    from_ms: number;
    to_ms: number;
    hold_id: HoldId;
  };
  complaint_attachment: {
    id: AttachmentId;
    complaint_id: ComplaintId;
    received_at: number;
    bytes: number;
    sealed: string;
  };
}

export const complaintSchemaSteps: readonly SchemaStep[] = [
  {
    name: 'complaints',
    up: `
CREATE TABLE complaint (
  seq            INTEGER PRIMARY KEY,        -- what the search index names it by
  id             TEXT NOT NULL UNIQUE,
  receipt_digest TEXT NOT NULL UNIQUE,       -- keyed, as the others; the code itself is known to who complained
  kind           TEXT NOT NULL CHECK (kind IN ('complaint', 'denunciation')),
  channel        TEXT NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('received', 'in-case', 'closed')),
  received_at    INTEGER NOT NULL,           -- UTC milliseconds, like all times
  received_by    TEXT REFERENCES person (id),
  counter_id     TEXT REFERENCES counter (id),
  from_ms        INTEGER,
  to_ms          INTEGER,
  case_id        TEXT,
  accept_by      INTEGER NOT NULL,
  answer_by      INTEGER NOT NULL,
  ticket_digest  TEXT,
  dossier_digest TEXT,
  phone_digest   TEXT,
  sealed         TEXT NOT NULL,              -- what was said and by whom
  answer_sealed  TEXT
) STRICT;
CREATE INDEX complaint_by_ticket ON complaint (ticket_digest) WHERE ticket_digest IS NOT NULL;
CREATE INDEX complaint_by_dossier ON complaint (dossier_digest) WHERE dossier_digest IS NOT NULL;
CREATE INDEX complaint_by_phone ON complaint (phone_digest) WHERE phone_digest IS NOT NULL;
CREATE INDEX complaint_by_case ON complaint (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX complaint_by_counter ON complaint (counter_id, from_ms);
CREATE TRIGGER complaint_stays BEFORE DELETE ON complaint BEGIN
  SELECT RAISE(ABORT, 'complaints are never deleted');
END;
CREATE TRIGGER complaint_is_as_told BEFORE UPDATE ON complaint
WHEN NEW.id <> OLD.id OR NEW.sealed <> OLD.sealed OR NEW.receipt_digest <> OLD.receipt_digest OR NEW.kind <> OLD.kind
  OR NEW.received_at <> OLD.received_at BEGIN
  SELECT RAISE(ABORT, 'what was complained of is never changed');
END;

CREATE TABLE complaint_clip (                -- footage a complaint may be about, held since it was known
  complaint_id TEXT NOT NULL REFERENCES complaint (id),
  counter_id   TEXT NOT NULL REFERENCES counter (id),
  from_ms      INTEGER NOT NULL,
  to_ms        INTEGER NOT NULL,
  hold_id      TEXT NOT NULL REFERENCES hold (id),
  PRIMARY KEY (complaint_id, hold_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE complaint_attachment (          -- the file lies beside the database, sealed
  id           TEXT NOT NULL PRIMARY KEY,
  complaint_id TEXT NOT NULL REFERENCES complaint (id),
  received_at  INTEGER NOT NULL,
  bytes        INTEGER NOT NULL,
  sealed       TEXT NOT NULL                 -- name and type
) STRICT, WITHOUT ROWID;
CREATE INDEX complaint_attachment_by_complaint ON complaint_attachment (complaint_id);
`,
  },
];
