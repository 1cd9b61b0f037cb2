import type {
  CounterId,
  GapExplanationId,
  PersonId,
  SiteId,
  SourceId,
  UnitId,
  WorkOrderId,
} from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface DutyTables {
  duty_calendar: {
    seq?: number;
    counter_id: CounterId;
    effective_from: string;
    body: string;
    made_by: PersonId;
    made_at: number;
  };
  calendar_proposal: {
    id: string;
    counter_id: CounterId;
    body: string;
    asked_by: PersonId;
    asked_at: number;
  };
  work_order: {
    id: WorkOrderId;
    site_id: SiteId;
    counter_id: CounterId | null;
    source_ids: string | null;
    from_ms: number;
    to_ms: number;
    reason: string;
    evidence: string | null;
    opened_at: number;
    opened_by: PersonId;
  };
  work_order_end: { work_order_id: WorkOrderId; ended_at: number; ended_by: PersonId };
  gap_explanation: {
    id: GapExplanationId;
    counter_id: CounterId;
    source_id: SourceId | null;
    from_ms: number;
    to_ms: number;
    reason: string;
    evidence: string;
    asked_at: number;
    asked_by: PersonId;
    asked_unit: UnitId;
  };
  gap_explanation_span: {
    gap_explanation_id: GapExplanationId;
    source_id: SourceId | null;
    from_ms: number;
    to_ms: number;
  };
  gap_decision: {
    gap_explanation_id: GapExplanationId;
    decision: 'accept' | 'refuse';
    text: string;
    decided_at: number;
    decided_by: PersonId;
  };
}

/** Each of these is stated once and stays: triggers keep a row from being changed, deleted or replaced. */
const final = (table: string, key: string): string => `
CREATE TRIGGER ${table}_is_final BEFORE UPDATE ON ${table} BEGIN
  SELECT RAISE(ABORT, '${table} rows are never changed');
END;
CREATE TRIGGER ${table}_stays BEFORE DELETE ON ${table} BEGIN
  SELECT RAISE(ABORT, '${table} rows are never deleted');
END;
CREATE TRIGGER ${table}_is_new BEFORE INSERT ON ${table}
WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key} = NEW.${key}) BEGIN
  SELECT RAISE(ABORT, '${table} rows are never replaced');
END;
`;

export const dutySchema: readonly SchemaStep[] = [
  {
    name: 'duty',
    up: `
CREATE TABLE duty_calendar (
  seq            INTEGER PRIMARY KEY,    -- in the order stated; rows are never changed
  counter_id     TEXT NOT NULL REFERENCES counter (id),
  effective_from TEXT NOT NULL,          -- local day, yyyy-mm-dd, Asia/Ho_Chi_Minh
  body           TEXT NOT NULL,          -- JSON: weekly, holidays
  made_by        TEXT NOT NULL REFERENCES person (id),
  made_at        INTEGER NOT NULL        -- UTC milliseconds
) STRICT;
CREATE INDEX duty_calendar_by_counter ON duty_calendar (counter_id, seq);
`,
  },
  {
    name: 'explanations',
    up: `
CREATE TABLE work_order (                -- work announced before it began; times are UTC milliseconds
  id         TEXT PRIMARY KEY,
  site_id    TEXT NOT NULL REFERENCES site (id),
  counter_id TEXT REFERENCES counter (id),   -- absent: every counter of the site
  source_ids TEXT,                           -- JSON array; absent: every source
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL CHECK (to_ms > from_ms),
  reason     TEXT NOT NULL,
  evidence   TEXT,
  opened_at  INTEGER NOT NULL CHECK (opened_at <= from_ms),
  opened_by  TEXT NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX work_order_by_site ON work_order (site_id, from_ms);
${final('work_order', 'id')}
CREATE TABLE work_order_end (            -- ended before its time
  work_order_id TEXT PRIMARY KEY REFERENCES work_order (id),
  ended_at      INTEGER NOT NULL,
  ended_by      TEXT NOT NULL REFERENCES person (id)
) STRICT;
${final('work_order_end', 'work_order_id')}
CREATE TABLE gap_explanation (           -- asked for afterwards; explains nothing until it is accepted
  id         TEXT PRIMARY KEY,
  counter_id TEXT NOT NULL REFERENCES counter (id),
  source_id  TEXT,                       -- absent: every source of the counter
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL CHECK (to_ms > from_ms),
  reason     TEXT NOT NULL,
  evidence   TEXT NOT NULL,
  asked_at   INTEGER NOT NULL,
  asked_by   TEXT NOT NULL REFERENCES person (id),
  asked_unit TEXT NOT NULL REFERENCES unit (id)
) STRICT;
CREATE INDEX gap_explanation_by_counter ON gap_explanation (counter_id, to_ms);
${final('gap_explanation', 'id')}
CREATE TABLE gap_explanation_span (      -- the holes there were when it was asked: it is about these only
  gap_explanation_id TEXT NOT NULL REFERENCES gap_explanation (id),
  source_id          TEXT,               -- absent: the counter had no camera, or no microphone
  from_ms            INTEGER NOT NULL,
  to_ms              INTEGER NOT NULL CHECK (to_ms > from_ms)
) STRICT;
CREATE INDEX gap_explanation_span_by_explanation ON gap_explanation_span (gap_explanation_id, from_ms);
CREATE TRIGGER gap_explanation_span_is_final BEFORE UPDATE ON gap_explanation_span BEGIN
  SELECT RAISE(ABORT, 'gap_explanation_span rows are never changed');
END;
CREATE TRIGGER gap_explanation_span_stays BEFORE DELETE ON gap_explanation_span BEGIN
  SELECT RAISE(ABORT, 'gap_explanation_span rows are never deleted');
END;
CREATE TRIGGER gap_explanation_span_comes_before_the_decision BEFORE INSERT ON gap_explanation_span
WHEN EXISTS (SELECT 1 FROM gap_decision WHERE gap_explanation_id = NEW.gap_explanation_id) BEGIN
  SELECT RAISE(ABORT, 'what was decided is never widened');
END;
CREATE TABLE gap_decision (
  gap_explanation_id TEXT PRIMARY KEY REFERENCES gap_explanation (id),
  decision           TEXT NOT NULL CHECK (decision IN ('accept', 'refuse')),
  text               TEXT NOT NULL,      -- what is relied on, or why not
  decided_at         INTEGER NOT NULL,
  decided_by         TEXT NOT NULL REFERENCES person (id)
) STRICT;
${final('gap_decision', 'gap_explanation_id')}
`,
  },
  {
    name: 'calendar-proposals',
    up: `
CREATE TABLE calendar_proposal (         -- less duty than before, waiting for the second key
  id         TEXT PRIMARY KEY,
  counter_id TEXT NOT NULL REFERENCES counter (id),
  body       TEXT NOT NULL,              -- JSON, as of duty_calendar
  asked_by   TEXT NOT NULL REFERENCES person (id),
  asked_at   INTEGER NOT NULL            -- UTC milliseconds
) STRICT;
${final('calendar_proposal', 'id')}
`,
  },
];
