import type { MonitorDatabase } from '../database/index.ts';
import { z } from 'zod';

const placedSchema = z.strictObject({
  holdId: z.string(),
  counterId: z.string(),
  from: z.int(),
  to: z.int(),
});

const releasedSchema = z.strictObject({ holdId: z.string(), approvalId: z.string(), releasedFrom: z.int() });

interface ReleaseRow {
  readonly hold_id: string;
  readonly approval_id: string;
  readonly released_from: number;
  readonly decided: 0 | 1;
}

interface HoldRow {
  readonly id: string;
  readonly counter_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** Why retention must not remove anything now: one sentence for each hold that is not as it was placed. */
export type HoldFault = string;

/**
 * Holds the table of holds against the audit, which states each when it was placed. Holds that a restored or repaired
 * database has lost would otherwise cost the footage they were placed on.
 */
export function holdFaults({ sqlite }: Pick<MonitorDatabase, 'sqlite'>): HoldFault[] {
  const stated = sqlite
    .prepare<[], { seq: number; subject: string }>(
      "SELECT seq, subject FROM audit_entry WHERE kind = 'hold-placed' ORDER BY seq",
    )
    .all();
  const rows = new Map(
    sqlite
      .prepare<[], HoldRow>('SELECT id, counter_id, from_ms, to_ms FROM hold')
      .all()
      .map((row) => [row.id, row]),
  );
  const faults: HoldFault[] = [];
  for (const { seq, subject } of stated) {
    const { holdId, counterId, from, to } = placedSchema.parse(JSON.parse(subject));
    const row = rows.get(holdId);
    rows.delete(holdId);
    if (row === undefined) faults.push(`hold ${holdId}, placed by audit entry ${seq}, is missing`);
    else if (row.counter_id !== counterId || row.from_ms !== from || row.to_ms !== to) {
      faults.push(`hold ${holdId} is not as audit entry ${seq} placed it`);
    }
  }
  for (const id of rows.keys()) faults.push(`hold ${id} is not stated in the audit`);
  return [...faults, ...releaseFaults(sqlite)];
}

/** A release that nobody decided would cost the footage; one that was lost costs nothing. */
function releaseFaults(sqlite: MonitorDatabase['sqlite']): HoldFault[] {
  const stated = new Map(
    sqlite
      .prepare<[], { subject: string }>("SELECT subject FROM audit_entry WHERE kind = 'hold-released'")
      .all()
      .map(({ subject }) => releasedSchema.parse(JSON.parse(subject)))
      .map((fact) => [fact.holdId, fact]),
  );
  return sqlite
    .prepare<[], ReleaseRow>(
      `SELECT r.hold_id, r.approval_id, r.released_from,
         EXISTS (SELECT 1 FROM approval a WHERE a.id = r.approval_id AND a.kind = 'hold-release'
           AND a.subject_id = r.hold_id AND a.state = 'given') AS decided
       FROM hold_release r`,
    )
    .all()
    .flatMap(({ hold_id: id, approval_id: approvalId, released_from: from, decided }) => {
      const fact = stated.get(id);
      return decided === 1 && fact?.approvalId === approvalId && fact.releasedFrom === from
        ? []
        : [`the release of hold ${id} is not as two people decided it`];
    });
}
