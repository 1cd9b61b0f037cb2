import type { CaseOutcome, CaseState } from '@minhbach/shared/protocol';
import type {
  CaseId,
  CaseItemId,
  CounterId,
  HoldId,
  IncidentId,
  PersonId,
} from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface CaseTables {
  case_file: {
    id: CaseId;
    number: string;
    title_sealed: string;
    state: CaseState;
    opened_at: number;
    opened_by: PersonId;
    closed_at: number | null;
    outcome: CaseOutcome | null;
  };
  case_member: { case_id: CaseId; person_id: PersonId; added_at: number; added_by: PersonId };
  case_incident: { case_id: CaseId; incident_id: IncidentId };
  case_item: {
    id: CaseItemId;
    case_id: CaseId;
    kind: 'footage' | 'mark' | 'note' | 'task' | 'referral' | 'closing';
    made_at: number;
    made_by: PersonId;
    counter_id: CounterId | null;
    from_ms: number | null;
    to_ms: number | null;
    hold_id: HoldId | null;
    due_at: number | null;
    done_at: number | null;
    done_by: PersonId | null;
    sealed: string;
  };
}

export const caseSchemaSteps: readonly SchemaStep[] = [
  {
    name: 'cases',
    up: `
CREATE TABLE case_file (
  id           TEXT PRIMARY KEY,
  number       TEXT NOT NULL UNIQUE,      -- year and number within it
  title_sealed TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('open', 'referred', 'closed')),
  opened_at    INTEGER NOT NULL,          -- UTC milliseconds, like all times
  opened_by    TEXT NOT NULL REFERENCES person (id),
  closed_at    INTEGER,
  outcome      TEXT
) STRICT;
CREATE TRIGGER case_file_stays BEFORE DELETE ON case_file BEGIN
  SELECT RAISE(ABORT, 'cases are never deleted');
END;
CREATE TABLE case_member (
  case_id   TEXT NOT NULL REFERENCES case_file (id),
  person_id TEXT NOT NULL REFERENCES person (id),
  added_at  INTEGER NOT NULL,
  added_by  TEXT NOT NULL REFERENCES person (id),
  PRIMARY KEY (case_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_member_by_person ON case_member (person_id);
CREATE TABLE case_incident (
  case_id     TEXT NOT NULL REFERENCES case_file (id),
  incident_id TEXT NOT NULL REFERENCES incident (id),
  PRIMARY KEY (case_id, incident_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_item (                  -- what was put into the file; nothing is taken out or rewritten
  id         TEXT PRIMARY KEY,
  case_id    TEXT NOT NULL REFERENCES case_file (id),
  kind       TEXT NOT NULL CHECK (kind IN ('footage', 'mark', 'note', 'task', 'referral', 'closing')),
  made_at    INTEGER NOT NULL,
  made_by    TEXT NOT NULL REFERENCES person (id),
  counter_id TEXT REFERENCES counter (id),
  from_ms    INTEGER,
  to_ms      INTEGER,
  hold_id    TEXT REFERENCES hold (id),
  due_at     INTEGER,
  done_at    INTEGER,
  done_by    TEXT REFERENCES person (id),
  sealed     TEXT NOT NULL                -- its words
) STRICT;
CREATE INDEX case_item_by_case ON case_item (case_id, id);
CREATE TRIGGER case_item_is_as_made BEFORE UPDATE ON case_item
WHEN NEW.sealed <> OLD.sealed OR NEW.made_at <> OLD.made_at OR NEW.made_by <> OLD.made_by OR OLD.done_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'what stands in a case is never changed');
END;
CREATE TRIGGER case_item_stays BEFORE DELETE ON case_item BEGIN
  SELECT RAISE(ABORT, 'what stands in a case is never deleted');
END;
`,
  },
];
