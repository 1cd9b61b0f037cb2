import type { GapCause, SourceKind, SourceState } from '@minhbach/shared/protocol';
import type {
  CounterId,
  DeviceId,
  PersonId,
  RecorderId,
  SiteId,
  SourceId,
  UnitId,
} from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface FleetTables {
  site: { id: SiteId; name: string; unit_id: UnitId };
  counter: { id: CounterId; name: string; site_id: SiteId; created_at: number };
  recorder: {
    id: RecorderId;
    name: string;
    site_id: SiteId;
    public_key: string;
    enrolled_at: number;
    last_seen_at: number | null;
    report: string | null;
  };
  account_change: {
    id: string;
    person_id: PersonId;
    /** What will change, JSON; a password as its hash only. Emptied at the end. */
    body: string;
    asked_at: number;
    approval_id: string;
    state: 'waiting' | 'agreed' | 'done' | 'ended';
    effective_at: number | null;
  };
  enrolment: {
    id: string;
    site_id: SiteId;
    secret_hash: string;
    made_by: PersonId;
    made_at: number;
    expires_at: number;
    used_at: number | null;
    recorder_id: RecorderId | null;
  };
  source: {
    id: SourceId;
    device_id: DeviceId;
    counter_id: CounterId;
    recorder_id: RecorderId;
    kind: SourceKind;
    name: string;
    state: SourceState;
    cause: GapCause | null;
    since: number;
    registered_at: number;
    retired_at: number | null;
    has_sub_stream: number;
    codec: string | null;
  };
}

export const fleetSchema: readonly SchemaStep[] = [
  {
    name: 'fleet',
    up: `
CREATE TABLE site (
  id      TEXT PRIMARY KEY,
  name    TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES unit (id)
) STRICT;
CREATE TABLE counter (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  site_id    TEXT NOT NULL REFERENCES site (id),
  created_at INTEGER NOT NULL                    -- UTC milliseconds, like all times; duty starts here
) STRICT;
CREATE INDEX counter_by_site ON counter (site_id);
CREATE TABLE recorder (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  site_id      TEXT NOT NULL REFERENCES site (id),
  public_key   TEXT NOT NULL,                    -- raw Ed25519, base64url; pinned at enrolment
  enrolled_at  INTEGER NOT NULL,
  last_seen_at INTEGER,                          -- at most a minute behind
  report       TEXT                              -- JSON, the last status it sent
) STRICT;
CREATE TABLE enrolment (
  id          TEXT PRIMARY KEY,
  site_id     TEXT NOT NULL REFERENCES site (id),
  secret_hash TEXT NOT NULL UNIQUE,              -- SHA-256, hex
  made_by     TEXT NOT NULL REFERENCES person (id),
  made_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  used_at     INTEGER,
  recorder_id TEXT
) STRICT;
CREATE TABLE source (
  id             TEXT PRIMARY KEY,
  device_id      TEXT NOT NULL,                  -- shared by the sources of one device
  counter_id     TEXT NOT NULL REFERENCES counter (id),
  recorder_id    TEXT NOT NULL REFERENCES recorder (id),
  kind           TEXT NOT NULL CHECK (kind IN ('camera', 'microphone')),
  name           TEXT NOT NULL,
  state          TEXT NOT NULL,                  -- as the recorder last said
  cause          TEXT,
  since          INTEGER NOT NULL,
  registered_at  INTEGER NOT NULL,
  retired_at     INTEGER,
  has_sub_stream INTEGER NOT NULL CHECK (has_sub_stream IN (0, 1)),
  codec          TEXT                            -- RFC 6381
) STRICT;
CREATE INDEX source_by_counter ON source (counter_id);
CREATE INDEX source_by_recorder ON source (recorder_id);
`,
  },
  {
    name: 'account-changes',
    up: `
CREATE TABLE account_change (             -- what two people decide about an account
  id           TEXT PRIMARY KEY,
  person_id    TEXT NOT NULL REFERENCES person (id),
  body         TEXT NOT NULL,
  asked_at     INTEGER NOT NULL,
  approval_id  TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('waiting', 'agreed', 'done', 'ended')),
  effective_at INTEGER
) STRICT;
CREATE INDEX account_change_by_person ON account_change (person_id, state);
`,
  },
];
