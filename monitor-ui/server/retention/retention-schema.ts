import type { ApprovalId, CounterId, HoldId, PersonId } from '@minhbach/shared/units-of-measure';
import type { Generated } from 'kysely';
import type { SchemaStep } from '../database/index.ts';

export interface RetentionTables {
  hold: {
    id: HoldId;
    counter_id: CounterId;
    from_ms: number;
    to_ms: number;
    reason: string;
    case_id: string | null;
    placed_at: number;
    placed_by: PersonId;
  };
  hold_release: {
    hold_id: HoldId;
    approval_id: ApprovalId;
    released_from: number;
    in_effect: number;
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
];
