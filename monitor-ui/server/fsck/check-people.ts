import type Database from 'better-sqlite3';
import { commitmentTo } from '../audit/index.ts';
import { holdFaults } from '../retention/index.ts';
import type { MonitorDisagreement } from './disagreement.ts';

interface AuditRow {
  readonly seq: number;
  readonly commitment: string | null;
  readonly salt: string | null;
  readonly plaintext: string | null;
}

/** What people did: no number missing, no field other than was committed to, and every hold as it was placed. */
export function checkPeople(
  sqlite: Database.Database,
  say: (found: MonitorDisagreement) => void,
): { readonly auditEntries: number } {
  let seq = 0;
  const all = sqlite.prepare<[], AuditRow>(
    `SELECT e.seq, e.commitment, s.salt, s.plaintext FROM audit_entry e LEFT JOIN audit_shielded s USING (seq)
     ORDER BY e.seq`,
  );
  for (const row of all.iterate()) {
    const where = `audit entry ${row.seq}`;
    if (row.seq !== seq + 1) {
      say({ code: 'audit-missing', where, expected: `entry ${seq + 1} before it`, found: 'none' });
    }
    seq = row.seq;
    // Shielded fields may have been destroyed; what is there must be what was committed to.
    if (row.plaintext === null || row.salt === null) continue;
    const commitment = commitmentTo(Buffer.from(row.salt, 'hex'), row.plaintext);
    if (commitment !== row.commitment) {
      const [expected, found] = [`commitment ${String(row.commitment)}`, commitment];
      say({ code: 'audit-altered', where, expected, found });
    }
  }
  for (const found of holdFaults({ sqlite })) {
    say({
      code: 'hold-differs',
      where: 'holds',
      expected: 'every hold as the audit says it was placed',
      found,
    });
  }
  return { auditEntries: seq };
}
