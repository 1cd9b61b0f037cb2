import type { Clock } from '@minhbach/shared/clock';
import type { Approval, ApprovalDecision, ApprovalKind, ApprovalState } from '@minhbach/shared/protocol';
import {
  approvalIdSchema,
  newId,
  utcMs,
  type ApprovalId,
  type PersonId,
} from '@minhbach/shared/units-of-measure';
import { may, requireMay, unitSight, type Action, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict, notFound, type ProblemError } from '../problem/index.ts';
import type { ApprovalAsk, ApprovalHandler } from './approval-handler.ts';
import { ApprovalRows, toApproval, type ApprovalRow } from './approval-rows.ts';
import { secondKeyFault, staffNumberMissing } from './second-key.ts';

export interface ApprovalsParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  /** How long a second key is waited for. */
  readonly lifeMs: number;
}

/** What waits for a second key, and what was decided. Nothing here is ever changed once decided, or deleted. */
export class Approvals {
  readonly #parts: ApprovalsParts;
  readonly #rows: ApprovalRows;
  readonly #handlers = new Map<ApprovalKind, ApprovalHandler>();

  constructor(parts: ApprovalsParts) {
    this.#parts = parts;
    this.#rows = new ApprovalRows(parts.database);
  }

  /** Registers what follows a decision of its kind; once per kind. */
  handle(handler: ApprovalHandler): void {
    if (this.#handlers.has(handler.kind)) throw new Error(`${handler.kind} is handled already`);
    this.#handlers.set(handler.kind, handler);
  }

  /** Of all kinds that are handled. */
  get actions(): Action[] {
    return [...this.#handlers.values()].flatMap(({ readAction, giveAction }) => [readAction, giveAction]);
  }

  /**
   * Durable and in the audit on return, or with the transaction it is called in. Throws 404 for a counter out of sight,
   * 409 `staff-number-missing`, 409 `approval-waiting` when this was asked already.
   */
  ask(actor: Actor, ask: ApprovalAsk): Approval {
    const { database, audit, sight, clock, lifeMs } = this.#parts;
    const { staffNumber } = actor.person;
    if (staffNumber === undefined) throw staffNumberMissing();
    if (ask.counterId !== undefined) sight.requireCounter(actor, ask.counterId);
    const now = clock.wallNow();
    const id = newId(approvalIdSchema);
    return database.transaction(() => {
      const waiting = this.#rows.latestOf(ask.kind, ask.subjectId);
      if (waiting?.state === 'waiting') {
        throw conflict('approval-waiting', 'This was asked already and waits for a second key.');
      }
      this.#rows.insert({
        ...{ id, kind: ask.kind, subject_id: ask.subjectId },
        counter_id: ask.counterId ?? null,
        ...{ from_ms: ask.from ?? null, to_ms: ask.to ?? null, reason: ask.reason },
        ...{ asked_by: actor.person.id, asked_unit_id: actor.unit.id, asked_staff_number: staffNumber },
        ...{ asked_at: now, expires_at: utcMs(now + lifeMs), state: 'waiting' as const },
        ...{ decided_by: null, decided_unit_id: null, decided_at: null, decision_reason: null },
      });
      audit.append({
        kind: 'approval-asked',
        personId: actor.person.id,
        subject: { approvalId: id, what: ask.kind, subjectId: ask.subjectId },
        shielded: { reason: ask.reason },
      });
      return this.find(actor, id);
    });
  }

  /** Throws the 404 for what is out of sight, and for kinds that are not for this role. */
  find(actor: Actor, id: ApprovalId): Approval {
    return this.#shown(actor, this.#seen(actor, id));
  }

  /** The one that decides, or decided, about a subject; whoever asks must have been let see the subject. */
  ofSubject(actor: Actor, kind: ApprovalKind, subjectId: string): Approval | undefined {
    const row = this.#rows.latestOf(kind, subjectId);
    return row && this.#shown(actor, row);
  }

  /** In sight, the latest first; `before` is the last id of the page before. */
  list(
    actor: Actor,
    of: {
      readonly state?: ApprovalState | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Approval[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    const kinds = [...this.#handlers.values()]
      .filter(({ readAction }) => may(actor, readAction))
      .map(({ kind }) => kind);
    return this.#rows
      .list({ ...of, sight, kinds, askedBy: actor.person.id })
      .map((row) => this.#shown(actor, row));
  }

  /**
   * The decision, its effect and its audit entry are durable together on return. Throws what the second key must be
   * (403, written down), 409 `approval-decided` and `approval-expired`.
   */
  decide(actor: Actor, id: ApprovalId, input: ApprovalDecision): Approval {
    requireMay(actor, 'approvals.decide');
    this.expire();
    const row = this.#seen(actor, id);
    const { database, audit, clock } = this.#parts;
    const handler = this.#handlerOf(row.kind);
    const fault = secondKeyFault(actor, this.#askerOf(row), handler.giveAction);
    if (fault) throw this.#denied(actor, row, fault, input);
    const given = input.decision === 'give';
    return database.transaction(() => {
      if (row.state === 'expired') {
        throw conflict('approval-expired', 'Nobody decided in time; it must be asked anew.');
      }
      if (row.state !== 'waiting') throw conflict('approval-decided', 'This was decided already.');
      this.#rows.decide(id, {
        state: given ? 'given' : 'refused',
        decided_by: actor.person.id,
        decided_unit_id: actor.unit.id,
        decided_at: clock.wallNow(),
        decision_reason: input.reason,
      });
      audit.append({
        kind: given ? 'approval-given' : 'approval-refused',
        personId: actor.person.id,
        subject: { approvalId: id, what: row.kind, subjectId: row.subject_id },
        shielded: { reason: input.reason },
      });
      const approval = this.find(actor, id);
      if (approval.state === 'given') handler.given(approval);
      else if (approval.state === 'refused') handler.ended(approval);
      return approval;
    });
  }

  /** Ends what waited too long, each with an audit entry. Called every few seconds. */
  expire(): void {
    const { database, audit, clock } = this.#parts;
    for (const row of this.#rows.overdue(clock.wallNow())) {
      database.transaction(() => {
        this.#rows.expire(row.id);
        audit.append({
          kind: 'approval-expired',
          subject: { approvalId: row.id, what: row.kind, subjectId: row.subject_id },
        });
        const approval = toApproval({ ...row, state: 'expired' }, false);
        if (approval.state === 'expired') this.#handlers.get(row.kind)?.ended(approval);
      });
    }
  }

  /** What was asked for is given up: nobody needs to decide any more. Does nothing when it was decided. */
  withdraw(kind: ApprovalKind, subjectId: string, personId: PersonId): void {
    const row = this.#rows.latestOf(kind, subjectId);
    if (row?.state !== 'waiting') return;
    this.#parts.database.transaction(() => {
      this.#rows.expire(row.id);
      this.#parts.audit.append({
        ...{ kind: 'approval-expired', personId },
        subject: { approvalId: row.id, what: kind, subjectId, because: 'withdrawn' },
      });
    });
  }

  #seen(actor: Actor, id: ApprovalId): ApprovalRow {
    const row = this.#rows.find(id);
    const handler = row && this.#handlers.get(row.kind);
    if (
      row === undefined ||
      handler === undefined ||
      (row.counter_id !== null && !this.#parts.sight.seesCounter(actor, row.counter_id)) ||
      !(may(actor, handler.readAction) || row.asked_by === actor.person.id)
    ) {
      throw notFound('approval');
    }
    return row;
  }

  #shown(actor: Actor, row: ApprovalRow): Approval {
    const { giveAction } = this.#handlerOf(row.kind);
    const mayDecide =
      row.state === 'waiting' &&
      may(actor, 'approvals.decide') &&
      secondKeyFault(actor, this.#askerOf(row), giveAction) === undefined;
    return toApproval(row, mayDecide, this.#handlerOf(row.kind).personName?.(row.subject_id));
  }

  /** That somebody tried is a fact of its own. */
  #denied(actor: Actor, row: ApprovalRow, fault: ProblemError, input: ApprovalDecision): ProblemError {
    this.#parts.audit.append({
      kind: 'approval-denied',
      personId: actor.person.id,
      subject: { approvalId: row.id, what: row.kind, decision: input.decision, because: fault.code },
      shielded: { reason: input.reason },
    });
    return fault;
  }

  #askerOf(row: ApprovalRow) {
    return {
      personId: row.asked_by,
      unitId: row.asked_unit_id,
      staffNumber: row.asked_staff_number,
      now: { unitId: row.asker_unit_now, staffNumber: row.asker_staff_number_now ?? undefined },
    };
  }

  #handlerOf(kind: ApprovalKind): ApprovalHandler {
    const handler = this.#handlers.get(kind);
    if (handler === undefined) throw new Error(`nobody handles approvals of kind ${kind}`);
    return handler;
  }
}
