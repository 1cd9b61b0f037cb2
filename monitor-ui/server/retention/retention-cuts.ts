import type { Clock } from '@minhbach/shared/clock';
import type { RetentionPolicy, retentionPatchSchema } from '@minhbach/shared/protocol';
import { newId, utcMs, type CounterId } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { requireMay, type Actor, type Sight } from '../access/index.ts';
import type { ApprovalHandler, Approvals } from '../approvals/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { RetentionPolicies } from './policies.ts';
import type { RetentionTables } from './retention-schema.ts';

/** Fewer days of footage: one person asks, another of another unit agrees, and a time to think passes. */
export class RetentionCuts {
  readonly #database: MonitorDatabase;
  readonly #sight: Sight;
  readonly #clock: Clock;
  readonly #policies: RetentionPolicies;
  readonly #approvals: Approvals;
  readonly #coolingOffMs: number;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly sight: Sight;
    readonly clock: Clock;
    readonly policies: RetentionPolicies;
    readonly approvals: Approvals;
    readonly coolingOffMs: number;
  }) {
    this.#database = parts.database;
    this.#sight = parts.sight;
    this.#clock = parts.clock;
    this.#policies = parts.policies;
    this.#approvals = parts.approvals;
    this.#coolingOffMs = parts.coolingOffMs;
    parts.approvals.handle(this.#handler());
  }

  /** Changes what one person may; asks for what takes two, and answers the policy as it still is. Durable on return. */
  change(actor: Actor, counterId: string, change: z.output<typeof retentionPatchSchema>): RetentionPolicy {
    requireMay(actor, 'retention.manage');
    const { counterId: id } = this.#sight.requireCounter(actor, counterId);
    const before = this.#policies.of(id);
    const { days, basis: reason } = change;
    if (days === undefined || days >= before.days) {
      return this.shown(this.#policies.change(actor, id, change));
    }
    const cutId = newId(z.uuid());
    const quotaBytes = change.quotaBytes === undefined ? (before.quotaBytes ?? null) : change.quotaBytes;
    return this.#database.transaction(() => {
      const approval = this.#approvals.ask(actor, {
        ...{ kind: 'retention-cut', subjectId: cutId, counterId: id, reason },
      });
      this.#database.run(
        this.#tables.insertInto('retention_cut').values({
          ...{ id: cutId, counter_id: id, days, basis: reason, quota_bytes: quotaBytes },
          ...{ asked_by: actor.person.id, approval_id: approval.id, state: 'waiting', effective_at: null },
        }),
      );
      return this.shown(before);
    });
  }

  /** With the fewer days that are still being decided. */
  shown(policy: RetentionPolicy): RetentionPolicy {
    const row = this.#database.first(
      this.#tables
        .selectFrom('retention_cut')
        .selectAll()
        .where('counter_id', '=', policy.counterId)
        .where('state', 'in', ['waiting', 'agreed'])
        .orderBy('id', 'desc')
        .limit(1),
    );
    if (row === undefined) return policy;
    const effective = row.effective_at === null ? {} : { effectiveFrom: utcMs(row.effective_at) };
    return { ...policy, pending: { approvalId: row.approval_id, days: row.days, ...effective } };
  }

  /** Lets cuts whose time to think is over take effect. Called before footage is looked at for its days. */
  settle(): void {
    const due = this.#database.all(
      this.#tables
        .selectFrom('retention_cut')
        .selectAll()
        .where('state', '=', 'agreed')
        .where('effective_at', '<=', this.#clock.wallNow())
        .orderBy('id'),
    );
    for (const row of due) {
      this.#database.transaction(() => {
        this.#policies.state({
          ...{ counterId: row.counter_id, days: row.days, basis: row.basis, quotaBytes: row.quota_bytes },
          ...{ decidedBy: row.asked_by, approvalId: row.approval_id },
        });
        this.#move(row.id, 'done');
      });
    }
  }

  #handler(): ApprovalHandler {
    return {
      kind: 'retention-cut',
      readAction: 'retention.read',
      giveAction: 'retention.agree-cut',
      given: ({ subjectId, decidedAt }) => {
        this.#move(subjectId, 'agreed', decidedAt + this.#coolingOffMs);
      },
      ended: ({ subjectId }) => this.#move(subjectId, 'ended'),
    };
  }

  #move(id: string, state: RetentionTables['retention_cut']['state'], effectiveAt?: number): void {
    this.#database.run(
      this.#tables
        .updateTable('retention_cut')
        .set({ state, ...(effectiveAt === undefined ? {} : { effective_at: effectiveAt }) })
        .where('id', '=', id),
    );
  }

  get #tables() {
    return this.#database.tables<RetentionTables & { counter: { id: CounterId } }>();
  }
}
