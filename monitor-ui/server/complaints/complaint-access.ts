import { may, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { ComplaintRow } from './complaint-rows.ts';

/** Answered by the room of cases. */
export interface CaseMembership {
  isMember(caseId: string, personId: string): boolean;
}

/** Who may know that it is there. What names no counter lies in no unit. */
export function isInSight(actor: Actor, row: ComplaintRow, sight: Sight): boolean {
  if (!may(actor, 'complaints.read') || unitSight(actor) === 'nothing') return false;
  return row.counter_id === null || sight.seesCounter(actor, row.counter_id);
}

/**
 * Who may read what was said. Complaints: whoever has them in sight. Denunciations: the investigator who took it, and
 * those who work on its case (Law on Denunciations 25/2018/QH14, articles 8 and 56).
 */
export function mayRead(actor: Actor, row: ComplaintRow, sight: Sight, cases: CaseMembership): boolean {
  if (!isInSight(actor, row, sight)) return false;
  switch (row.kind) {
    case 'complaint':
      return true;
    case 'denunciation':
      return (
        (row.received_by === actor.person.id && actor.person.role === 'investigator') ||
        (row.case_id !== null && cases.isMember(row.case_id, actor.person.id))
      );
    default:
      return row.kind satisfies never;
  }
}
