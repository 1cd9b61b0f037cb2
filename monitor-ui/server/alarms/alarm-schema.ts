import type { Generated } from 'kysely';
import type {
  AlarmCondition,
  AlarmKind,
  AlarmSeverity,
  AlarmState,
  GapCause,
} from '@minhbach/shared/protocol';
import type {
  AlarmId,
  CounterId,
  PersonId,
  RecorderId,
  SiteId,
  SourceId,
  UnitId,
} from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface AlarmTables {
  alarm: {
    id: AlarmId;
    seq: number;
    kind: AlarmKind;
    merge_key: string;
    severity: AlarmSeverity;
    unit_id: UnitId | null;
    site_id: SiteId | null;
    recorder_id: RecorderId | null;
    counter_id: CounterId | null;
    source_id: SourceId | null;
    cause: GapCause | null;
    evidence: string | null;
    cameras_declared: number | null;
    cameras_working: number | null;
    from_ms: number;
    last_seen_ms: number;
    to_ms: number | null;
    condition: AlarmCondition;
    count: number;
    raised_at: number;
    unowned_since: number;
    escalation: number;
    state: AlarmState;
    acknowledged_at: number | null;
    acknowledged_by: PersonId | null;
    owned_at: number | null;
    owned_by: PersonId | null;
    explained_at: number | null;
    explained_by: PersonId | null;
    explanation: string | null;
    closed_at: number | null;
    closed_by: PersonId | null;
    closing_reason: string | null;
  };
  alarm_outbox: {
    id: Generated<number>;
    delivery_id: string;
    channel: string;
    body: string;
    created_at: number;
    attempts: number;
    next_attempt_at: number;
    delivered_at: number | null;
    last_fault: string | null;
  };
  alarm_summary: { date: string; made_at: number };
}

export const alarmSchema: readonly SchemaStep[] = [
  {
    name: 'alarms',
    up: `
CREATE TABLE alarm (
  id               TEXT PRIMARY KEY,
  seq              INTEGER NOT NULL UNIQUE,     -- grows with every change, over all alarms
  kind             TEXT NOT NULL,
  merge_key        TEXT NOT NULL,               -- what is wrong with what; one open alarm for each
  severity         TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  unit_id          TEXT REFERENCES unit (id),   -- only of what concerns no single site
  site_id          TEXT REFERENCES site (id),
  recorder_id      TEXT,
  counter_id       TEXT,
  source_id        TEXT,
  cause            TEXT,
  evidence         TEXT,
  cameras_declared INTEGER,
  cameras_working  INTEGER,
  from_ms          INTEGER NOT NULL,            -- UTC milliseconds, like all times: when the condition first began
  last_seen_ms     INTEGER NOT NULL,            -- when it last began
  to_ms            INTEGER,                     -- when it last ended
  condition        TEXT NOT NULL CHECK (condition IN ('standing', 'ended', 'unknown')),
  count            INTEGER NOT NULL CHECK (count >= 1),
  raised_at        INTEGER NOT NULL,            -- first, or when it was reopened
  unowned_since    INTEGER NOT NULL,            -- what escalation counts from
  escalation       INTEGER NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('raised', 'acknowledged', 'owned', 'explained', 'closed')),
  acknowledged_at  INTEGER,
  acknowledged_by  TEXT REFERENCES person (id),
  owned_at         INTEGER,
  owned_by         TEXT REFERENCES person (id),
  explained_at     INTEGER,
  explained_by     TEXT REFERENCES person (id),
  explanation      TEXT,
  closed_at        INTEGER,
  closed_by        TEXT REFERENCES person (id),
  closing_reason   TEXT,
  CHECK ((site_id IS NULL) <> (unit_id IS NULL)),
  CHECK (state <> 'owned' OR owned_by IS NOT NULL),
  CHECK (state <> 'explained' OR explanation IS NOT NULL),
  CHECK (state <> 'closed' OR (closed_by IS NOT NULL AND (condition = 'ended' OR closing_reason IS NOT NULL)))
) STRICT;
CREATE UNIQUE INDEX alarm_open_once ON alarm (merge_key) WHERE state <> 'closed';
CREATE INDEX alarm_by_key ON alarm (merge_key, raised_at);
CREATE INDEX alarm_by_time ON alarm (raised_at, id);
CREATE INDEX alarm_by_recorder ON alarm (recorder_id, condition);
CREATE TRIGGER alarm_stays BEFORE DELETE ON alarm BEGIN
  SELECT RAISE(ABORT, 'alarms are never deleted');
END;
-- What is still to be told outside. Written with the change it tells of, so that neither is there without the other.
CREATE TABLE alarm_outbox (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery_id     TEXT NOT NULL UNIQUE,         -- the same at every attempt: receivers drop what they have
  channel         TEXT NOT NULL,
  body            TEXT NOT NULL,                -- JSON, the message as it was at that moment
  created_at      INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  delivered_at    INTEGER,
  last_fault      TEXT
) STRICT;
CREATE INDEX alarm_outbox_due ON alarm_outbox (channel, next_attempt_at) WHERE delivered_at IS NULL;
CREATE TABLE alarm_summary (
  date    TEXT PRIMARY KEY,                     -- local day, yyyy-mm-dd, whose summary was made
  made_at INTEGER NOT NULL
) STRICT;
`,
  },
];
