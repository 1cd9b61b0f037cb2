import type { CounterId, HoldId, PersonId } from '@minhbach/shared/units-of-measure';
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
];
