import { beforeEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { systemClock } from '@minhbach/shared/clock';
import { MonitorDatabase } from '../database/index.ts';
import { AuditLog } from './audit-log.ts';
import { auditSchema } from './audit-schema.ts';
import { canonicalJson } from './canonical-json.ts';

let database: MonitorDatabase;
let audit: AuditLog;
beforeEach(async () => {
  const person = {
    name: 'person',
    up: 'CREATE TABLE person (id TEXT PRIMARY KEY, display_name TEXT NOT NULL);',
  };
  database = await MonitorDatabase.open(':memory:', [person, ...auditSchema]);
  audit = new AuditLog(database, systemClock);
});

test('numbers entries without holes, also when one is taken back', () => {
  expect(audit.append({ kind: 'signed-in' })).toBe(1);
  expect(() =>
    database.transaction(() => {
      audit.append({ kind: 'signed-in' });
      throw new Error('taken back');
    }),
  ).toThrow('taken back');
  expect(audit.append({ kind: 'signed-out' })).toBe(2);
});

test('personal fields can be destroyed; what stands still commits to them', () => {
  const seq = audit.append({
    kind: 'searched',
    subject: { in: 'incidents', limit: 10, absent: undefined },
    shielded: { text: 'tên người', absent: undefined },
  });
  const row = database.sqlite
    .prepare(
      'SELECT e.subject, e.commitment, s.salt, s.plaintext FROM audit_entry e JOIN audit_shielded s USING (seq)',
    )
    .get() as { subject: string; commitment: string; salt: string; plaintext: string };
  expect(row.subject).toBe('{"in":"incidents","limit":10}');
  const again = createHash('sha256').update(Buffer.from(row.salt, 'hex')).update(row.plaintext).digest('hex');
  expect(row.commitment).toBe(again);
  database.sqlite.prepare('DELETE FROM audit_shielded WHERE seq = ?').run(seq);
  const [entry] = audit.list({ limit: 1 });
  expect(entry).toMatchObject({ seq, kind: 'searched' });
  expect(entry).not.toHaveProperty('shielded');
});

test('no entry can be changed or deleted', () => {
  audit.append({ kind: 'signed-in', shielded: { address: '::1' } });
  for (const statement of [
    "UPDATE audit_entry SET kind = 'x'",
    'DELETE FROM audit_entry',
    "UPDATE audit_shielded SET plaintext = '{}'",
    "INSERT OR REPLACE INTO audit_entry (seq, at, kind, subject) VALUES (1, 0, 'x', '{}')",
  ]) {
    expect(() => database.sqlite.prepare(statement).run()).toThrow(/never|UNIQUE|constraint/);
  }
  expect(audit.list({ limit: 10 })).toHaveLength(1);
});

test('canonical JSON orders keys by code unit and takes whole numbers only', () => {
  expect(canonicalJson({ b: 1, a: 'é"\n', _: true })).toBe('{"_":true,"a":"é\\"\\n","b":1}');
  expect(() => canonicalJson({ a: 0.5 })).toThrow(RangeError);
});
