import type { ApprovalId, CounterId, HoldId, PersonId } from '@minhbach/shared/units-of-measure';
import type { Generated } from 'kysely';
import type { SchemaStep } from '../database/index.ts';

export interface RetentionTables {
  hold: {
    id: HoldId;
    counter_id: CounterId;
    from_ms: number;
    to_ms: number;
    /** Sealed under the shield key, but for those of before there was one; empty when a complaint placed it. */
    reason: string;
    case_id: string | null;
    placed_at: number;
    /** Absent when somebody unknown complained from the public page. */
    placed_by: PersonId | null;
    origin: 'person' | 'complaint';
  };
  hold_release: {
    hold_id: HoldId;
    approval_id: ApprovalId;
    released_from: number;
    in_effect: number;
  };
  retention_cut: {
    id: string;
    counter_id: CounterId;
    days: number;
    basis: string;
    quota_bytes: number | null;
    asked_by: PersonId;
    approval_id: string;
    state: 'waiting' | 'agreed' | 'done' | 'ended';
    effective_at: number | null;
  };
  retention_policy: {
    seq: Generated<number>;
    counter_id: CounterId;
    days: number;
    basis: string;
    quota_bytes: number | null;
    decided_at: number;
    decided_by: PersonId;
  };
}

export const retentionSchema: readonly SchemaStep[] = [
  {
    name: 'holds',
    up: `
CREATE TABLE hold (
  id         TEXT PRIMARY KEY,
  counter_id TEXT NOT NULL REFERENCES counter (id),
  from_ms    INTEGER NOT NULL,          -- UTC milliseconds, like all times
  to_ms      INTEGER NOT NULL CHECK (to_ms > from_ms),
  reason     TEXT NOT NULL,
  case_id    TEXT,
  placed_at  INTEGER NOT NULL,
  placed_by  TEXT NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX hold_by_counter ON hold (counter_id, from_ms);
-- A hold ends by a release of its own, never by a change to its row.
CREATE TRIGGER hold_is_final BEFORE UPDATE ON hold BEGIN
  SELECT RAISE(ABORT, 'holds are never changed');
END;
CREATE TRIGGER hold_stays BEFORE DELETE ON hold BEGIN
  SELECT RAISE(ABORT, 'holds are never deleted');
END;
CREATE TRIGGER hold_is_new BEFORE INSERT ON hold WHEN EXISTS (SELECT 1 FROM hold WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'holds are never replaced');
END;
`,
  },
  {
    name: 'retention',
    up: `
CREATE TABLE retention_policy (        -- what was decided for a counter; the latest row holds
  seq         INTEGER PRIMARY KEY,
  counter_id  TEXT NOT NULL REFERENCES counter (id),
  days        INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3650),
  basis       TEXT NOT NULL,           -- the rule that asks for it, as cited
  quota_bytes INTEGER CHECK (quota_bytes > 0),  -- of one source; never a reason to remove footage within its days
  decided_at  INTEGER NOT NULL,
  decided_by  TEXT NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX retention_policy_by_counter ON retention_policy (counter_id, seq);

CREATE TABLE expiry (                  -- footage whose days are over: stated in the audit, then removed
  id          INTEGER PRIMARY KEY,
  counter_id  TEXT NOT NULL,
  source_id   TEXT NOT NULL,
  from_ms     INTEGER NOT NULL,
  to_ms       INTEGER NOT NULL,
  segments    INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  keys_sha256 TEXT NOT NULL,           -- of the object keys, one a line, in order
  planned_at  INTEGER NOT NULL,
  removed     INTEGER NOT NULL DEFAULT 0,
  kept        INTEGER NOT NULL DEFAULT 0,       -- because of a hold placed in between
  locked      INTEGER NOT NULL DEFAULT 0,       -- the archive refused: its own date is not over
  ended_at    INTEGER
) STRICT;
CREATE TABLE expiry_segment (          -- what of an expiry is not removed yet
  segment_id TEXT NOT NULL PRIMARY KEY,
  expiry_id  INTEGER NOT NULL REFERENCES expiry (id),
  object_key TEXT NOT NULL,
  version_id TEXT,
  state      TEXT NOT NULL CHECK (state IN ('planned', 'locked'))
) STRICT, WITHOUT ROWID;
CREATE INDEX expiry_segment_by_expiry ON expiry_segment (expiry_id);

CREATE TABLE held_version (            -- until when the archive itself holds a segment for the sake of a hold
  segment_id TEXT NOT NULL PRIMARY KEY,
  until_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE oldest_footage (          -- looked at by fetching, the last look of each counter
  counter_id        TEXT NOT NULL PRIMARY KEY REFERENCES counter (id),
  checked_at        INTEGER NOT NULL,
  promised_from_ms  INTEGER NOT NULL,  -- footage since then should be there
  oldest_ms         INTEGER,           -- absent: none at all
  largest_source_bytes INTEGER NOT NULL,
  damaged           INTEGER NOT NULL   -- objects that should have been older, and were missing or altered
) STRICT, WITHOUT ROWID;
`,
  },
  {
    name: 'hold-releases',
    up: `
CREATE TABLE hold_release (
  hold_id       TEXT NOT NULL PRIMARY KEY REFERENCES hold (id),
  approval_id   TEXT NOT NULL REFERENCES approval (id),   -- the decision of two people
  released_from INTEGER NOT NULL,                         -- a time to think lies between the decision and this
  in_effect     INTEGER NOT NULL CHECK (in_effect IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER hold_release_only_takes_effect BEFORE UPDATE ON hold_release
WHEN NEW.hold_id <> OLD.hold_id OR NEW.approval_id <> OLD.approval_id OR NEW.released_from <> OLD.released_from
  OR NEW.in_effect < OLD.in_effect BEGIN
  SELECT RAISE(ABORT, 'releases of holds are never changed');
END;
CREATE TRIGGER hold_release_stays BEFORE DELETE ON hold_release BEGIN
  SELECT RAISE(ABORT, 'releases of holds are never deleted');
END;
`,
  },
  {
    name: 'holds-of-complaints',
    up: `
-- Holds nobody signed in has placed, and approvals that are about no counter: SQLite changes such rules by a new table only.
CREATE TABLE hold_release_kept AS SELECT * FROM hold_release;
DROP TABLE hold_release;
CREATE TABLE hold_wider (
  id         TEXT PRIMARY KEY,
  counter_id TEXT NOT NULL REFERENCES counter (id),
  from_ms    INTEGER NOT NULL,          -- UTC milliseconds, like all times
  to_ms      INTEGER NOT NULL CHECK (to_ms > from_ms),
  reason     TEXT NOT NULL,             -- sealed
  case_id    TEXT,
  placed_at  INTEGER NOT NULL,
  placed_by  TEXT REFERENCES person (id),
  origin     TEXT NOT NULL CHECK (origin IN ('person', 'complaint')),
  CHECK (placed_by IS NOT NULL OR origin = 'complaint')
) STRICT;
INSERT INTO hold_wider SELECT id, counter_id, from_ms, to_ms, reason, case_id, placed_at, placed_by, 'person' FROM hold ORDER BY rowid;
DROP TABLE hold;
ALTER TABLE hold_wider RENAME TO hold;
CREATE INDEX hold_by_counter ON hold (counter_id, from_ms);
CREATE TRIGGER hold_is_final BEFORE UPDATE ON hold BEGIN
  SELECT RAISE(ABORT, 'holds are never changed');
END;
CREATE TRIGGER hold_stays BEFORE DELETE ON hold BEGIN
  SELECT RAISE(ABORT, 'holds are never deleted');
END;
CREATE TRIGGER hold_is_new BEFORE INSERT ON hold WHEN EXISTS (SELECT 1 FROM hold WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'holds are never replaced');
END;
CREATE TABLE approval_wider (
  id                 TEXT PRIMARY KEY,
  kind               TEXT NOT NULL,
  subject_id         TEXT NOT NULL,
  counter_id         TEXT REFERENCES counter (id),  -- absent: about an account
  from_ms            INTEGER,
  to_ms              INTEGER,
  reason             TEXT NOT NULL,
  asked_by           TEXT NOT NULL REFERENCES person (id),
  asked_unit_id      TEXT NOT NULL,
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
INSERT INTO approval_wider SELECT * FROM approval ORDER BY rowid;
DROP TABLE approval;
ALTER TABLE approval_wider RENAME TO approval;
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
CREATE TABLE hold_release (
  hold_id       TEXT NOT NULL PRIMARY KEY REFERENCES hold (id),
  approval_id   TEXT NOT NULL REFERENCES approval (id),   -- the decision of two people
  released_from INTEGER NOT NULL,                         -- a time to think lies between the decision and this
  in_effect     INTEGER NOT NULL CHECK (in_effect IN (0, 1))
) STRICT, WITHOUT ROWID;
INSERT INTO hold_release SELECT * FROM hold_release_kept;
DROP TABLE hold_release_kept;
CREATE TRIGGER hold_release_only_takes_effect BEFORE UPDATE ON hold_release
WHEN NEW.hold_id <> OLD.hold_id OR NEW.approval_id <> OLD.approval_id OR NEW.released_from <> OLD.released_from
  OR NEW.in_effect < OLD.in_effect BEGIN
  SELECT RAISE(ABORT, 'releases of holds are never changed');
END;
CREATE TRIGGER hold_release_stays BEFORE DELETE ON hold_release BEGIN
  SELECT RAISE(ABORT, 'releases of holds are never deleted');
END;
`,
  },
  {
    name: 'retention-cuts',
    up: `
CREATE TABLE retention_cut (              -- fewer days, which two people decide
  id           TEXT PRIMARY KEY,
  counter_id   TEXT NOT NULL REFERENCES counter (id),
  days         INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3650),
  basis        TEXT NOT NULL,
  quota_bytes  INTEGER,
  asked_by     TEXT NOT NULL REFERENCES person (id),
  approval_id  TEXT NOT NULL REFERENCES approval (id),
  state        TEXT NOT NULL CHECK (state IN ('waiting', 'agreed', 'done', 'ended')),
  effective_at INTEGER
) STRICT;
CREATE INDEX retention_cut_by_counter ON retention_cut (counter_id, state);
`,
  },
  {
    name: 'locks-for-days',
    up: `
CREATE TABLE lock_wanted (                -- proven versions whose lock is still to be held against their counter's days
  seq        INTEGER PRIMARY KEY,
  segment_id TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE counter_lock (               -- the days for which all older footage of a counter was put there
  counter_id TEXT NOT NULL PRIMARY KEY,
  days       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- With the fact itself, so that no end of the process comes in between. Another version is another object to hold.
CREATE TRIGGER version_is_to_be_locked AFTER UPDATE OF version_id ON segment_fact
WHEN NEW.version_id IS NOT NULL AND NEW.version_id IS NOT OLD.version_id BEGIN
  INSERT OR IGNORE INTO lock_wanted (segment_id) VALUES (NEW.segment_id);
  DELETE FROM held_version WHERE segment_id = NEW.segment_id;
END;
CREATE TRIGGER removed_is_not_to_be_locked AFTER DELETE ON segment_fact BEGIN
  DELETE FROM lock_wanted WHERE segment_id = OLD.segment_id;
END;
`,
  },
];
