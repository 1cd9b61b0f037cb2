import type { Clock } from '@minhbach/shared/clock';
import { holdIdSchema, utcMs, type HoldId } from '@minhbach/shared/units-of-measure';
import { requireMay, type Actor } from '../access/index.ts';
import type { ApprovalHandler, Approvals } from '../approvals/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict } from '../problem/index.ts';
import type { Holds } from './holds.ts';
import type { RetentionTables } from './retention-schema.ts';

/**
 * How a hold ends: one person asks, another of another unit agrees, and a time to think passes in which a new hold can
 * still be placed. The hold's own row stays as it is.
 */
export class HoldReleases {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #holds: Holds;
  readonly #approvals: Approvals;
  readonly #coolingOffMs: number;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly clock: Clock;
    readonly holds: Holds;
    readonly approvals: Approvals;
    readonly coolingOffMs: number;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#clock = parts.clock;
    this.#holds = parts.holds;
    this.#approvals = parts.approvals;
    this.#coolingOffMs = parts.coolingOffMs;
    parts.approvals.handle(this.#handler());
  }

  /** Durable on return. Throws 404 for a hold out of sight, 409 when its release is decided or asked already. */
  ask(actor: Actor, id: HoldId, reason: string): { readonly approvalId: string } {
    requireMay(actor, 'holds.release');
    const hold = this.#holds.find(actor, id);
    if (hold.releasedFrom !== undefined) {
      throw conflict('hold-released', 'The release of this hold is decided already.');
    }
    const { counterId, from, to } = hold;
    const ask = { kind: 'hold-release', subjectId: id, counterId, from, to, reason } as const;
    return { approvalId: this.#approvals.ask(actor, ask).id };
  }

  /** Lets releases whose time to think is over take effect. Called before footage is looked at for its days. */
  settle(): void {
    this.#database.run(
      this.#database
        .tables<RetentionTables>()
        .updateTable('hold_release')
        .set({ in_effect: 1 })
        .where('in_effect', '=', 0)
        .where('released_from', '<=', this.#clock.wallNow()),
    );
  }

  #handler(): ApprovalHandler {
    return {
      kind: 'hold-release',
      readAction: 'holds.read',
      giveAction: 'holds.agree-release',
      given: (approval) => {
        const holdId = holdIdSchema.parse(approval.subjectId);
        const releasedFrom = utcMs(approval.decidedAt + this.#coolingOffMs);
        this.#database.run(
          this.#database.tables<RetentionTables>().insertInto('hold_release').values({
            hold_id: holdId,
            approval_id: approval.id,
            released_from: releasedFrom,
            in_effect: 0,
          }),
        );
        this.#audit.append({
          kind: 'hold-released',
          personId: approval.decidedBy.id,
          subject: { holdId, approvalId: approval.id, releasedFrom },
        });
      },
      ended: () => undefined,
    };
  }
}
