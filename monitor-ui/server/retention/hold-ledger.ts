import type { MonitorDatabase } from '../database/index.ts';
import { z } from 'zod';

const placedSchema = z.strictObject({
  holdId: z.string(),
  counterId: z.string(),
  from: z.int(),
  to: z.int(),
});

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
  return faults;
}
