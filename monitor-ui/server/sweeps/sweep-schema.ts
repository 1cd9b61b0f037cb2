import type { RecorderId, SegmentId, SourceId, SweepId } from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface SweepTables {
  sweep: {
    id: SweepId;
    recorder_id: RecorderId;
    drawn_at: number;
    audit_seq: number;
    seed: string;
    entries: number;
    sample: number;
    ended_at: number | null;
  };
  sweep_result: {
    sweep_id: SweepId;
    generation: number;
    seq: number;
    segment_id: SegmentId;
    source_id: SourceId;
    start_ms: number;
    end_ms: number;
    outcome: 'passed' | 'failed' | 'unavailable';
    fault: string | null;
    found: string | null;
    sound_db: number | null;
    checked_at: number;
  };
}

export const sweepSchema: readonly SchemaStep[] = [
  {
    name: 'sweeps',
    up: `
CREATE TABLE sweep (                     -- one draw of sealed segments of one recorder, stated in the audit first
  id          TEXT PRIMARY KEY,
  recorder_id TEXT NOT NULL REFERENCES recorder (id),
  drawn_at    INTEGER NOT NULL,          -- UTC milliseconds, like all times
  audit_seq   INTEGER NOT NULL,          -- the entry that states the draw
  seed        TEXT NOT NULL,             -- SHA-256, hex
  entries     INTEGER NOT NULL,          -- of the recorder's ledger, all generations, when it was drawn
  sample      INTEGER NOT NULL,
  ended_at    INTEGER
) STRICT;
CREATE INDEX sweep_by_recorder ON sweep (recorder_id, drawn_at);
CREATE INDEX sweep_by_time ON sweep (drawn_at);
CREATE TABLE sweep_result (
  sweep_id   TEXT NOT NULL REFERENCES sweep (id),
  generation INTEGER NOT NULL,           -- the entry that was drawn
  seq        INTEGER NOT NULL,
  segment_id TEXT NOT NULL,
  source_id  TEXT NOT NULL,
  start_ms   INTEGER NOT NULL,
  end_ms     INTEGER NOT NULL,
  outcome    TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'unavailable')),
  fault      TEXT,                       -- see check-segment.ts; absent when it passed
  found      TEXT,                       -- one line of what was seen
  sound_db   INTEGER,                    -- mean level of the sound, dB of full scale; absent for a picture
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (sweep_id, generation, seq)
) STRICT, WITHOUT ROWID;
`,
  },
];
