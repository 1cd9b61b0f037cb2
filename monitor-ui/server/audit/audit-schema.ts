import type { SchemaStep } from '../database/index.ts';

export interface AuditTables {
  audit_entry: {
    seq: number;
    at: number;
    kind: string;
    person_id: string | null;
    subject: string;
    commitment: string | null;
  };
  /** Of before there was a shield; emptied at the first start with one. */
  audit_shielded: { seq: number; salt: string; plaintext: string };
  audit_sealed: { seq: number; sealed: string };
}

export const auditSchema: readonly SchemaStep[] = [
  {
    name: 'audit',
    up: `
CREATE TABLE audit_entry (
  seq        INTEGER PRIMARY KEY CHECK (seq >= 1),  -- from 1, no holes
  at         INTEGER NOT NULL,                      -- UTC milliseconds
  kind       TEXT NOT NULL,
  person_id  TEXT,                                  -- absent when nobody was signed in
  subject    TEXT NOT NULL,                         -- RFC 8785 canonical JSON: ids and spans, nothing personal
  commitment TEXT                                   -- SHA-256(salt || canonical JSON of the shielded fields), hex
) STRICT;
CREATE INDEX audit_by_time ON audit_entry (at);
CREATE INDEX audit_by_person ON audit_entry (person_id, seq);
CREATE INDEX audit_by_kind ON audit_entry (kind, seq);
-- Personal and case-bearing fields lie apart, so that they can be destroyed while the entry stands.
CREATE TABLE audit_shielded (
  seq       INTEGER PRIMARY KEY REFERENCES audit_entry (seq),
  salt      TEXT NOT NULL,                          -- 32 random bytes, hex
  plaintext TEXT NOT NULL                           -- RFC 8785 canonical JSON
) STRICT;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry BEGIN
  SELECT RAISE(ABORT, 'audit entries are never changed');
END;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry BEGIN
  SELECT RAISE(ABORT, 'audit entries are never deleted');
END;
-- Also keeps INSERT OR REPLACE from passing by the trigger above.
CREATE TRIGGER audit_entry_comes_next BEFORE INSERT ON audit_entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry) BEGIN
  SELECT RAISE(ABORT, 'an audit entry comes next or never');
END;
CREATE TRIGGER audit_shielded_is_final BEFORE UPDATE ON audit_shielded BEGIN
  SELECT RAISE(ABORT, 'shielded audit fields are never changed');
END;
`,
  },
  {
    name: 'audit-sealed',
    up: `
-- Salt and personal fields, sealed under the shield key.
CREATE TABLE audit_sealed (
  seq    INTEGER PRIMARY KEY REFERENCES audit_entry (seq),
  sealed TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_sealed_is_final BEFORE UPDATE ON audit_sealed BEGIN
  SELECT RAISE(ABORT, 'shielded audit fields are never changed');
END;
`,
  },
];
