import type { CounterId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import { badInput, ProblemError } from '../problem/index.ts';

/** Whether a case of this person's covers that time of the counter. Answered by the cases. */
export type CaseCovers = (
  actor: Actor,
  caseId: string,
  counterId: CounterId,
  from: UtcMs,
  to: UtcMs,
) => boolean;

export interface LookUp {
  readonly counterId?: CounterId | undefined;
  readonly from?: UtcMs | undefined;
  readonly to?: UtcMs | undefined;
  readonly caseId?: string | undefined;
  readonly reason?: string | undefined;
}

const dayMs = 86_400_000;
const longestLookUpMs = 92 * dayMs;

/** Who may learn which official sat where. It is never a list of somebody's attendance. */
export class OfficialSight {
  readonly #covers: CaseCovers;
  readonly #audit: AuditLog;

  constructor(covers: CaseCovers, audit: AuditLog) {
    this.#covers = covers;
    this.#audit = audit;
  }

  /** Of one transaction. */
  sees(actor: Actor, caseId: string | undefined, counterId: CounterId, from: UtcMs, to: UtcMs): boolean {
    if (actor.person.role === 'supervisor') return true;
    if (actor.person.role !== 'investigator' || caseId === undefined) return false;
    return this.#covers(actor, caseId, counterId, from, to);
  }

  /**
   * Before transactions are sought by their official. In the audit on return, and when refused: with a case that covers
   * the counter's span, or for a supervisor with a reason. Throws 400 for a part that lacks, 403 `attendance-refused`.
   */
  requireLookUp(actor: Actor, officialCode: string, { counterId, from, to, caseId, reason }: LookUp): void {
    if (from === undefined) throw badInput('/query/from', 'needed');
    if (to === undefined) throw badInput('/query/to', 'needed');
    if (to - from > longestLookUpMs) throw badInput('/query/to', 'days-after', { count: 92, field: 'from' });
    const byReason = actor.person.role === 'supervisor' && reason !== undefined;
    const byCase =
      caseId !== undefined &&
      counterId !== undefined &&
      actor.person.role === 'investigator' &&
      this.#covers(actor, caseId, counterId, from, to);
    this.#audit.append({
      kind: byReason || byCase ? 'official-looked-up' : 'official-look-up-refused',
      personId: actor.person.id,
      subject: { counterId, from, to, caseId },
      shielded: { officialCode, reason },
    });
    if (byReason || byCase) return;
    throw new ProblemError(
      403,
      'attendance-refused',
      'An official is looked for only within a case that covers the counter and the time, or by a supervisor with a reason.',
    );
  }

  /** Before the roster of a counter is read; in the audit on return. Throws 403 `case-needed`. */
  requireRoster(
    actor: Actor,
    { counterId, from, to, caseId }: LookUp & { readonly counterId: CounterId; from: UtcMs; to: UtcMs },
  ): void {
    const sees = this.sees(actor, caseId, counterId, from, to);
    this.#audit.append({
      kind: sees ? 'official-looked-up' : 'official-look-up-refused',
      personId: actor.person.id,
      subject: { counterId, from, to, caseId },
    });
    if (sees) return;
    throw new ProblemError(
      403,
      'case-needed',
      'Who sat at a counter is shown to an investigator only within a case that covers the counter and the time.',
    );
  }
}
