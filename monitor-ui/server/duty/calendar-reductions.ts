import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { dutyCalendarInputSchema } from '@minhbach/shared/protocol';
import { counterIdSchema, newId, type CounterId } from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import type { ApprovalHandler, Approvals } from '../approvals/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { DutyCalendars } from './duty-calendars.ts';
import type { DutyTables } from './duty-schema.ts';

const proposalIdSchema = z.uuid().brand<'CalendarProposalId'>();

/** Less duty, or fewer sources, than before: asked for by one person, decided by another of another unit. */
export class CalendarReductions {
  readonly #parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly clock: Clock;
    readonly calendars: DutyCalendars;
    readonly approvals: Approvals;
  };

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly clock: Clock;
    readonly calendars: DutyCalendars;
    readonly approvals: Approvals;
  }) {
    this.#parts = parts;
    parts.approvals.handle(this.#handler());
  }

  /** Durable on return; nothing changes for the counter yet. */
  ask(
    actor: Actor,
    of: {
      readonly counterId: CounterId;
      readonly calendar: z.output<typeof dutyCalendarInputSchema>;
      readonly reason: string;
    },
  ): { readonly approvalId: string } {
    const { database, clock, approvals } = this.#parts;
    const { counterId, calendar, reason } = of;
    return database.transaction(() => {
      const id = newId(proposalIdSchema);
      database.run(
        this.#tables.insertInto('calendar_proposal').values({
          ...{ id, counter_id: counterId, body: JSON.stringify(calendar) },
          ...{ asked_by: actor.person.id, asked_at: clock.wallNow() },
        }),
      );
      const ask = { kind: 'calendar-reduction', subjectId: id, counterId, reason } as const;
      return { approvalId: approvals.ask(actor, ask).id };
    });
  }

  #handler(): ApprovalHandler {
    const { database, audit, clock, calendars } = this.#parts;
    return {
      kind: 'calendar-reduction',
      readAction: 'duty.read',
      giveAction: 'duty.agree-reduction',
      given: (approval) => {
        const row = database.first(
          this.#tables.selectFrom('calendar_proposal').selectAll().where('id', '=', approval.subjectId),
        );
        if (row === undefined) throw new Error('an approval names a calendar nobody proposed');
        const counterId = counterIdSchema.parse(row.counter_id);
        const calendar = dutyCalendarInputSchema.parse(JSON.parse(row.body));
        const stated = calendars.state({ counterId, calendar, madeBy: row.asked_by, now: clock.wallNow() });
        audit.append({
          kind: 'calendar-changed',
          personId: approval.decidedBy.id,
          subject: {
            ...{ counterId, effectiveFrom: stated.effectiveFrom, approvalId: approval.id },
            calendarSha256: createHash('sha256').update(row.body).digest('hex'),
          },
        });
      },
      ended: () => undefined,
    };
  }

  get #tables() {
    return this.#parts.database.tables<DutyTables>();
  }
}
