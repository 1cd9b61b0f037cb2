import type {
  ApiKeyId,
  CounterId,
  PersonId,
  RosterEntryId,
  SiteId,
  TransactionId,
} from '@minhbach/shared/units-of-measure';
import type { SchemaStep } from '../database/index.ts';

export interface TicketTables {
  api_key: {
    id: ApiKeyId;
    name: string;
    site_id: SiteId;
    key_hash: string;
    made_by: PersonId;
    made_at: number;
    revoked_at: number | null;
    revoked_by: PersonId | null;
  };
  service: {
    id: TransactionId;
    counter_id: CounterId;
    identity: string;
    ticket: string | null;
    ticket_folded: string | null;
    dossier_code: string | null;
    dossier_folded: string | null;
    official_code: string | null;
    official_folded: string | null;
    started_at: number;
    ended_at: number | null;
    noted_at: number;
  };
  roster_entry: {
    id: RosterEntryId;
    counter_id: CounterId;
    official_code: string;
    from_ms: number;
    to_ms: number;
    made_by: PersonId;
    made_at: number;
  };
}

export const ticketSchema: readonly SchemaStep[] = [
  {
    name: 'tickets',
    up: `
CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  site_id    TEXT NOT NULL REFERENCES site (id),
  key_hash   TEXT NOT NULL UNIQUE,               -- SHA-256 of the whole key, hex
  made_by    TEXT NOT NULL REFERENCES person (id),
  made_at    INTEGER NOT NULL,                   -- UTC milliseconds, like all times
  revoked_at INTEGER,
  revoked_by TEXT REFERENCES person (id)
) STRICT;
-- A transaction of DESIGN §2; TRANSACTION is a word of SQL.
CREATE TABLE service (
  id              TEXT PRIMARY KEY,
  counter_id      TEXT NOT NULL REFERENCES counter (id),
  identity        TEXT NOT NULL,                 -- folded ticket, or 'd:' and the folded dossier code
  ticket          TEXT,
  ticket_folded   TEXT,                          -- without case, accents and spaces, for finding
  dossier_code    TEXT,
  dossier_folded  TEXT,
  official_code   TEXT,
  official_folded TEXT,
  started_at      INTEGER NOT NULL,
  ended_at        INTEGER CHECK (ended_at > started_at),
  noted_at        INTEGER NOT NULL,
  CHECK (ticket IS NOT NULL OR dossier_code IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX service_by_counter ON service (counter_id, started_at, identity);
CREATE INDEX service_by_ticket ON service (ticket_folded, started_at, id) WHERE ticket_folded IS NOT NULL;
CREATE INDEX service_by_dossier ON service (dossier_folded, started_at, id) WHERE dossier_folded IS NOT NULL;
CREATE INDEX service_by_official ON service (official_folded, started_at, id) WHERE official_folded IS NOT NULL;
CREATE TABLE roster_entry (
  id            TEXT PRIMARY KEY,
  counter_id    TEXT NOT NULL REFERENCES counter (id),
  official_code TEXT NOT NULL,
  from_ms       INTEGER NOT NULL,
  to_ms         INTEGER NOT NULL CHECK (to_ms > from_ms),
  made_by       TEXT NOT NULL REFERENCES person (id),
  made_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX roster_by_counter ON roster_entry (counter_id, from_ms);
`,
  },
];
