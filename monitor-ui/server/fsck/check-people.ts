import type Database from 'better-sqlite3';
import { commitmentTo, openFields } from '../audit/index.ts';
import { holdFaults } from '../retention/index.ts';
import { ShieldError, type Shield } from '../shield/index.ts';
import type { MonitorDisagreement } from './disagreement.ts';

interface AuditRow {
  readonly seq: number;
  readonly commitment: string | null;
  readonly sealed: string | null;
}

/** What people did: no number missing, no field other than was committed to, and every hold as it was placed. */
export function checkPeople(
  sqlite: Database.Database,
  shield: Shield,
  say: (found: MonitorDisagreement) => void,
): { readonly auditEntries: number } {
  let seq = 0;
  const all = sqlite.prepare<[], AuditRow>(
    `SELECT e.seq, e.commitment, s.sealed FROM audit_entry e LEFT JOIN audit_sealed s USING (seq)
     ORDER BY e.seq`,
  );
  for (const row of all.iterate()) {
    const where = `audit entry ${row.seq}`;
    if (row.seq !== seq + 1) {
      say({ code: 'audit-missing', where, expected: `entry ${seq + 1} before it`, found: 'none' });
    }
    seq = row.seq;
    // Shielded fields may have been destroyed; what is there must be what was committed to.
    if (row.sealed === null) continue;
    const found = commitmentFound(shield, row.seq, row.sealed);
    if (found !== row.commitment) {
      say({ code: 'audit-altered', where, expected: `commitment ${String(row.commitment)}`, found });
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

function commitmentFound(shield: Shield, seq: number, sealed: string): string {
  try {
    return commitmentTo(openFields(shield, seq, sealed));
  } catch (error) {
    if (error instanceof ShieldError) return 'fields that do not open';
    throw error;
  }
}
