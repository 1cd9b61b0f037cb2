import type { IncidentCategory, Incident } from '@minhbach/shared/protocol';
import type { CounterId, IncidentId, PersonId } from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface IncidentTables {
  incident: {
    id: IncidentId;
    seq: number;
    counter_id: CounterId;
    from_ms: number;
    to_ms: number;
    category: IncidentCategory;
    severity: Incident['severity'];
    note: string | null;
    note_folded: string;
    created_at: number;
    created_by: PersonId;
  };
}

export const incidentSchema: readonly SchemaStep[] = [
  {
    name: 'incidents',
    up: `
CREATE TABLE incident (
  id          TEXT PRIMARY KEY,
  seq         INTEGER NOT NULL UNIQUE,   -- grows with every creation or change, over all incidents
  counter_id  TEXT NOT NULL REFERENCES counter (id),
  from_ms     INTEGER NOT NULL,          -- UTC milliseconds, like all times
  to_ms       INTEGER NOT NULL CHECK (to_ms > from_ms),
  category    TEXT NOT NULL,
  severity    TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
  note        TEXT,
  note_folded TEXT NOT NULL,             -- without accents and case, for searching
  created_at  INTEGER NOT NULL,
  created_by  TEXT NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX incident_by_time ON incident (from_ms, id);
CREATE INDEX incident_by_counter ON incident (counter_id, from_ms, id);
`,
  },
];
