import type { ApprovalKind } from '@minhbach/shared/protocol';
import type { ApprovalId, CounterId, PersonId, UnitId } from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface ApprovalTables {
  approval: {
    id: ApprovalId;
    kind: ApprovalKind;
    subject_id: string;
    /** Absent for what is about an account. */
    counter_id: CounterId | null;
    from_ms: number | null;
    to_ms: number | null;
    reason: string;
    asked_by: PersonId;
    asked_unit_id: UnitId;
    asked_staff_number: string;
    asked_at: number;
    expires_at: number;
    state: 'waiting' | 'given' | 'refused' | 'expired';
    decided_by: PersonId | null;
    decided_unit_id: UnitId | null;
    decided_at: number | null;
    decision_reason: string | null;
  };
}

export const approvalSchemaSteps: readonly SchemaStep[] = [
  {
    name: 'approvals',
    up: `
CREATE TABLE approval (
  id                 TEXT PRIMARY KEY,
  kind               TEXT NOT NULL,
  subject_id         TEXT NOT NULL,
  counter_id         TEXT NOT NULL REFERENCES counter (id),
  from_ms            INTEGER,                     -- UTC milliseconds, like all times
  to_ms              INTEGER,
  reason             TEXT NOT NULL,
  asked_by           TEXT NOT NULL REFERENCES person (id),
  asked_unit_id      TEXT NOT NULL,               -- as it was then: moving to another unit later opens nothing
  asked_staff_number TEXT NOT NULL,
  asked_at           INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('waiting', 'given', 'refused', 'expired')),
  decided_by         TEXT REFERENCES person (id),
  decided_unit_id    TEXT,
  decided_at         INTEGER,
  decision_reason    TEXT,
  CHECK ((state IN ('given', 'refused')) = (decided_by IS NOT NULL)),
  CHECK (decided_by IS NULL OR decided_by <> asked_by),
  CHECK (decided_unit_id IS NULL OR decided_unit_id <> asked_unit_id)
) STRICT;
CREATE UNIQUE INDEX approval_waiting ON approval (kind, subject_id) WHERE state = 'waiting';
CREATE INDEX approval_by_subject ON approval (subject_id);
CREATE TRIGGER approval_is_decided_once BEFORE UPDATE ON approval WHEN OLD.state <> 'waiting' BEGIN
  SELECT RAISE(ABORT, 'decisions are never changed');
END;
CREATE TRIGGER approval_stays BEFORE DELETE ON approval BEGIN
  SELECT RAISE(ABORT, 'approvals are never deleted');
END;
CREATE TRIGGER approval_is_new BEFORE INSERT ON approval WHEN EXISTS (SELECT 1 FROM approval WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'approvals are never replaced');
END;
`,
  },
];
