import { beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { MonitorDatabase } from '../database/index.ts';
import { Shield } from '../shield/index.ts';
import { commitmentTo, openFields } from './audit-fields.ts';
import { AuditLog } from './audit-log.ts';
import { auditSchema } from './audit-schema.ts';
import { canonicalJson } from './canonical-json.ts';

let database: MonitorDatabase;
let audit: AuditLog;
const shield = Shield.ofKey(Buffer.alloc(32, 1));
beforeEach(async () => {
  const person = {
    name: 'person',
    up: 'CREATE TABLE person (id TEXT PRIMARY KEY, display_name TEXT NOT NULL);',
  };
  database = await MonitorDatabase.open(':memory:', [person, ...auditSchema]);
  audit = new AuditLog(database, systemClock, shield);
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
    .prepare('SELECT e.subject, e.commitment, s.sealed FROM audit_entry e JOIN audit_sealed s USING (seq)')
    .get() as { subject: string; commitment: string; sealed: string };
  expect(row.subject).toBe('{"in":"incidents","limit":10}');
  expect(row.sealed).not.toContain('người');
  const fields = openFields(shield, seq, row.sealed);
  expect(fields.plaintext).toBe('{"text":"tên người"}');
  expect(row.commitment).toBe(commitmentTo(fields));
  expect(audit.list({ limit: 1 })).toMatchObject([{ shielded: { text: 'tên người' } }]);
  database.sqlite.prepare('DELETE FROM audit_sealed WHERE seq = ?').run(seq);
  const [entry] = audit.list({ limit: 1 });
  expect(entry).toMatchObject({ seq, kind: 'searched' });
  expect(entry).not.toHaveProperty('shielded');
});

test('no entry can be changed or deleted', () => {
  audit.append({ kind: 'signed-in', shielded: { address: '::1' } });
  for (const statement of [
    "UPDATE audit_entry SET kind = 'x'",
    'DELETE FROM audit_entry',
    "UPDATE audit_sealed SET sealed = ''",
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

test('seals what an older version kept in plain text', () => {
  const seq = audit.append({ kind: 'signed-in' });
  database.sqlite
    .prepare('INSERT INTO audit_shielded (seq, salt, plaintext) VALUES (?, ?, ?)')
    .run(seq, 'ab'.repeat(32), '{"reason":"khiếu nại"}');
  const opened = new AuditLog(database, systemClock, shield);
  expect(opened.list({ limit: 1 })).toMatchObject([{ seq, shielded: { reason: 'khiếu nại' } }]);
  expect(database.sqlite.prepare('SELECT count(*) FROM audit_shielded').pluck().get()).toBe(0);
});
