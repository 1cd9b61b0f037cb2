import type { Clock } from '@minhbach/shared/clock';
import type { Person } from '@minhbach/shared/protocol';
import { newId, utcMs, type PersonId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { Actor, People, PersonChange, SessionStore } from '../access/index.ts';
import type { ApprovalHandler, Approvals } from '../approvals/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, ProblemError } from '../problem/index.ts';
import type { FleetTables } from './fleet-schema.ts';

export interface AccountChangesParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly people: People;
  readonly approvals: Approvals;
  readonly sessionStore: SessionStore;
  /** Between the decision and its effect. */
  readonly coolingOffMs: number;
  /** How long after the first account one administrator may set people up alone. */
  readonly foundingMs: number;
}

type AccountApproval = 'role-grant' | 'account-recovery';

/**
 * Who may do what is never one person's decision: an administrator who could make accounts alone would be every second
 * key himself. Only while a monitor is being set up, before any footage is held, does he do it alone.
 */
export class AccountChanges {
  readonly #parts: AccountChangesParts;

  constructor(parts: AccountChangesParts) {
    this.#parts = parts;
    parts.approvals.handle(this.#handler('role-grant'));
    parts.approvals.handle(this.#handler('account-recovery'));
  }

  /** Whether this monitor is still being set up. Once a hold has been placed it never is again. */
  isFounding(): boolean {
    const { database, clock, foundingMs } = this.#parts;
    const row = database.sqlite
      .prepare<[], { first: number | null; held: 0 | 1 }>(
        'SELECT (SELECT min(created_at) FROM person) AS first, EXISTS (SELECT 1 FROM hold) AS held',
      )
      .get();
    return row?.held !== 1 && clock.wallNow() < (row?.first ?? clock.wallNow()) + foundingMs;
  }

  /**
   * Asks for a change of rights or of the password, within the transaction it is called in. Throws 400 without a reason,
   * 409 as `Approvals.ask` does.
   */
  ask(actor: Actor, personId: PersonId, change: PersonChange, reason: string | undefined): void {
    if (reason === undefined) {
      throw badInput('/reason', 'characters-at-least', { count: 5 });
    }
    const { database, approvals, clock } = this.#parts;
    const id = newId(z.uuid());
    const rights = { ...change, passwordHash: undefined };
    const kind: AccountApproval = Object.values(rights).some((value) => value !== undefined)
      ? 'role-grant'
      : 'account-recovery';
    database.run(
      this.#tables.insertInto('account_change').values({
        ...{ id, person_id: personId, body: JSON.stringify(change), asked_at: clock.wallNow() },
        ...{ state: 'waiting', effective_at: null, approval_id: '' },
      }),
    );
    const approval = approvals.ask(actor, { kind, subjectId: id, reason });
    database.run(
      this.#tables.updateTable('account_change').set({ approval_id: approval.id }).where('id', '=', id),
    );
  }

  /** The person as others see them, with what two people still decide. */
  shown(person: Person): Person {
    const row = this.#parts.database.first(
      this.#tables
        .selectFrom('account_change')
        .selectAll()
        .where('person_id', '=', person.id)
        .where('state', 'in', ['waiting', 'agreed'])
        .orderBy('id', 'desc')
        .limit(1),
    );
    if (row === undefined) return person;
    const effective = row.effective_at === null ? {} : { effectiveFrom: utcMs(row.effective_at) };
    return { ...person, pending: { approvalId: row.approval_id, ...effective } };
  }

  /** Lets what was agreed to, and whose time to think is over, take effect. Called every few seconds. */
  settle(): void {
    const { database, audit, people, sessionStore, clock } = this.#parts;
    const due = database.all(
      this.#tables
        .selectFrom('account_change')
        .selectAll()
        .where('state', '=', 'agreed')
        .where('effective_at', '<=', clock.wallNow())
        .orderBy('id'),
    );
    for (const row of due) {
      const change = JSON.parse(row.body) as PersonChange;
      const refused = database.transaction(() => {
        const fault = problemOf(() => people.change(row.person_id, change));
        this.#end(row.id, fault === undefined ? 'done' : 'ended');
        audit.append({
          kind: change.role === undefined ? 'person-changed' : 'role-changed',
          subject: {
            ...{ personId: row.person_id, role: change.role, unitId: change.unitId, active: change.active },
            ...{ passwordChanged: change.passwordHash !== undefined, approvalId: row.approval_id },
            refused: fault?.code,
          },
        });
        return fault;
      });
      if (refused === undefined) sessionStore.endAllOf(row.person_id);
    }
  }

  #handler(kind: AccountApproval): ApprovalHandler {
    return {
      kind,
      readAction: 'accounts.agree',
      giveAction: 'accounts.agree',
      personName: (id) => {
        const row = this.#find(id);
        return row && this.#parts.people.find(row.person_id)?.displayName;
      },
      given: ({ subjectId, decidedAt, decidedBy }) => {
        this.#requireAnother(subjectId, decidedBy.id);
        const effectiveAt: UtcMs = utcMs(decidedAt + this.#parts.coolingOffMs);
        this.#parts.database.run(
          this.#tables
            .updateTable('account_change')
            .set({ state: 'agreed', effective_at: effectiveAt })
            .where('id', '=', subjectId),
        );
      },
      ended: ({ subjectId }) => this.#end(subjectId, 'ended'),
    };
  }

  /** Nobody agrees to rights of his own, by whichever of his accounts. */
  #requireAnother(changeId: string, deciderId: PersonId): void {
    const { people } = this.#parts;
    const row = this.#find(changeId);
    const subject = row && people.find(row.person_id);
    const numberOf = (person: Person | undefined) => person?.staffNumber;
    const asked = row && (JSON.parse(row.body) as PersonChange);
    const decider = people.find(deciderId);
    const numbers = [numberOf(subject), asked?.staffNumber].filter((number) => number !== undefined);
    if (subject?.id === deciderId || numbers.includes(numberOf(decider) ?? '')) {
      throw new ProblemError(403, 'own-request', 'Nobody is the second key to rights of his own.');
    }
  }

  /** What was asked holds nothing secret any more. */
  #end(id: string, state: 'done' | 'ended'): void {
    this.#parts.database.run(
      this.#tables.updateTable('account_change').set({ state, body: '{}' }).where('id', '=', id),
    );
  }

  #find(id: string) {
    return this.#parts.database.first(
      this.#tables.selectFrom('account_change').selectAll().where('id', '=', id),
    );
  }

  get #tables() {
    return this.#parts.database.tables<FleetTables>();
  }
}

/** What was agreed to may not be possible any more, such as taking the last administrator's role; the audit says so. */
function problemOf(change: () => void): ProblemError | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}
