import type { Clock } from '@minhbach/shared/clock';
import type {
  Case,
  caseCloseInputSchema,
  CaseFile,
  caseFootageInputSchema,
  caseInputSchema,
  caseMarkInputSchema,
  caseReferralInputSchema,
  caseTaskInputSchema,
  Incident,
} from '@minhbach/shared/protocol';
import {
  caseItemIdSchema,
  newId,
  utcMs,
  type CaseId,
  type CaseItemId,
  type ComplaintId,
  type CounterId,
  type ExportId,
  type IncidentId,
  type PersonId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { may, requireMay, type Actor, type People, type Sight, type Units } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { ComplaintRow, Complaints } from '../complaints/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, conflict, notFound } from '../problem/index.ts';
import type { Holds } from '../retention/index.ts';
import type { Shield } from '../shield/index.ts';
import { caseFileShown, caseShown, sealWords, type CaseWords } from './case-file.ts';
import { CaseRows, type CaseRow } from './case-rows.ts';
import type { CaseTables } from './case-schema.ts';

/** Around what a case is about, so that all of its local day may be looked at: how it came about, what followed. */
const coverMarginMs = 24 * 3_600_000;

export interface CasesParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly shield: Shield;
  readonly people: People;
  readonly units: Units;
  readonly holds: Pick<Holds, 'placeForComplaint'>;
  readonly complaints: Complaints;
  readonly incident: (actor: Actor, id: IncidentId) => Incident;
  readonly exportsOf: (caseId: CaseId) => ExportId[];
}

interface Span {
  readonly counterId: CounterId;
  readonly from: number;
  readonly to: number;
}

/**
 * Investigators' work on complaints and incidents. Only those who work on a case see it, and supervisors, unless somebody
 * is denounced in it; nobody does whose own unit it is about.
 */
export class Cases {
  readonly #parts: CasesParts;
  readonly #rows: CaseRows;

  constructor(parts: CasesParts) {
    this.#parts = parts;
    this.#rows = new CaseRows(parts.database);
  }

  /** Durable and in the audit on return; who opens it works on it. */
  open(actor: Actor, input: z.output<typeof caseInputSchema>): CaseFile {
    requireMay(actor, 'cases.open');
    const { database, audit, clock, shield } = this.#parts;
    if (input.complaintIds.length + input.incidentIds.length === 0) {
      throw badInput('/complaintIds', 'case-begins');
    }
    const now = clock.wallNow();
    return database.transaction(() => {
      const id = this.#rows.insert(
        {
          ...{ state: 'open' as const, opened_at: now, opened_by: actor.person.id },
          ...{ closed_at: null, outcome: null },
        },
        (caseId) => shield.seal(input.title, `case/${caseId}`),
      );
      this.#rows.addMember({
        ...{ case_id: id, person_id: actor.person.id, added_at: now, added_by: actor.person.id },
      });
      for (const complaintId of input.complaintIds) this.#parts.complaints.joinCase(actor, complaintId, id);
      this.#joinIncidents(actor, id, input.incidentIds);
      audit.append({ kind: 'case-opened', personId: actor.person.id, subject: { caseId: id } });
      return this.find(actor, id);
    });
  }

  /** What was looked at is in the audit. Throws the 404 for what is out of sight too. */
  read(actor: Actor, id: CaseId): CaseFile {
    const file = this.find(actor, id);
    this.#parts.audit.append({ kind: 'case-read', personId: actor.person.id, subject: { caseId: id } });
    return file;
  }

  find(actor: Actor, id: CaseId): CaseFile {
    const row = this.#seen(actor, id);
    const complaints = this.#complaintsOf(id);
    return caseFileShown(this.#parts.shield, this.#head(actor, row, complaints), this.#rows.items(id), {
      members: this.#rows.members(id),
      complaintIds: complaints.map((complaint) => complaint.id),
      incidentIds: this.#rows.incidentIds(id),
      exportIds: this.#parts.exportsOf(id),
    });
  }

  /** In sight, the latest first; `before` is the last id of the page before. */
  list(actor: Actor, of: { readonly before?: string | undefined; readonly limit: number }): Case[] {
    const member = actor.person.role === 'supervisor' ? undefined : actor.person.id;
    return this.#rows
      .list({ ...of, member })
      .filter((row) => this.#isInSight(actor, row))
      .map((row) => this.#head(actor, row, this.#complaintsOf(row.id)));
  }

  ofNumber(actor: Actor, number: string): Case | undefined {
    const row = this.#rows.byNumber(number);
    if (row === undefined || !this.#isInSight(actor, row)) return undefined;
    return this.#head(actor, row, this.#complaintsOf(row.id));
  }

  addComplaints(actor: Actor, id: CaseId, complaintIds: readonly ComplaintId[]): CaseFile {
    return this.#change(actor, id, 'complaints', () => {
      for (const complaintId of complaintIds) this.#parts.complaints.joinCase(actor, complaintId, id);
    });
  }

  addIncidents(actor: Actor, id: CaseId, incidentIds: readonly IncidentId[]): CaseFile {
    return this.#change(actor, id, 'incidents', () => this.#joinIncidents(actor, id, incidentIds));
  }

  /** Who could work on it besides those who do. */
  candidates(actor: Actor, id: CaseId): { id: PersonId; displayName: string; unitName: string }[] {
    this.#seen(actor, id);
    const { people, units } = this.#parts;
    return people.list({ limit: 10_000 }).flatMap((person) => {
      const unit = units.find(person.unitId);
      if (unit === undefined || this.#rows.isMember(id, person.id)) return [];
      const isFit = this.#mayWork({ person, unit }, id);
      return isFit ? [{ id: person.id, displayName: person.displayName, unitName: unit.name }] : [];
    });
  }

  #mayWork(member: Actor, id: CaseId): boolean {
    return (
      may(member, 'cases.read') &&
      this.#spansOf(id).every(({ counterId }) => this.#parts.sight.seesCounter(member, counterId))
    );
  }

  /** Another investigator or a supervisor, of an oversight unit that none of the case's counters belongs to. */
  addMember(actor: Actor, id: CaseId, personId: string): CaseFile {
    const { people, units, clock } = this.#parts;
    const person = people.find(personId);
    const unit = person && units.find(person.unitId);
    const member = person && unit && { person, unit };
    if (member === undefined || !this.#mayWork(member, id)) {
      throw badInput('/personId', 'case-member');
    }
    return this.#change(actor, id, 'member', () => {
      this.#rows.addMember({
        ...{ case_id: id, person_id: member.person.id, added_at: clock.wallNow(), added_by: actor.person.id },
      });
    });
  }

  /** The footage is held on return. */
  addFootage(actor: Actor, id: CaseId, input: z.output<typeof caseFootageInputSchema>): CaseFile {
    const { counterId } = this.#parts.sight.requireCounter(actor, input.counterId);
    const { from, to, label } = input;
    if (to > this.#parts.clock.wallNow()) throw badInput('/to', 'at-most-now');
    return this.#change(actor, id, 'footage', () => {
      const by = actor.person.id;
      const holdId = this.#parts.holds.placeForComplaint({ counterId, from, to, by, caseId: id });
      this.#item(
        actor,
        id,
        'footage',
        { label },
        { counter_id: counterId, from_ms: from, to_ms: to, hold_id: holdId },
      );
    });
  }

  addMark(actor: Actor, id: CaseId, input: z.output<typeof caseMarkInputSchema>): CaseFile {
    if (!this.covers(actor, id, input.counterId, input.at, utcMs(input.at + 1))) {
      throw badInput('/at', 'within-case');
    }
    return this.#change(actor, id, 'mark', () => {
      this.#item(actor, id, 'mark', { text: input.text }, { counter_id: input.counterId, from_ms: input.at });
    });
  }

  addNote(actor: Actor, id: CaseId, text: string): CaseFile {
    return this.#change(actor, id, 'note', () => this.#item(actor, id, 'note', { text }));
  }

  addTask(actor: Actor, id: CaseId, { text, dueAt }: z.output<typeof caseTaskInputSchema>): CaseFile {
    return this.#change(actor, id, 'task', () =>
      this.#item(actor, id, 'task', { text }, { due_at: dueAt ?? null }),
    );
  }

  /** Throws 404 for no task of this case, or one done already. */
  finishTask(actor: Actor, id: CaseId, taskId: CaseItemId): CaseFile {
    return this.#change(actor, id, 'task-done', () => {
      const done = { at: this.#parts.clock.wallNow(), by: actor.person.id };
      if (!this.#rows.finishTask(id, taskId, done)) throw notFound('task');
    });
  }

  /** To another authority; the case stays open for what comes back. */
  refer(actor: Actor, id: CaseId, { to, text }: z.output<typeof caseReferralInputSchema>): CaseFile {
    return this.#change(actor, id, 'referral', () => {
      this.#item(actor, id, 'referral', { to, text });
      this.#rows.change(id, { state: 'referred' });
      this.#parts.audit.append({ kind: 'case-referred', personId: actor.person.id, subject: { caseId: id } });
    });
  }

  /** Holds stay: they end by two keys, never with a case. */
  close(actor: Actor, id: CaseId, input: z.output<typeof caseCloseInputSchema>): CaseFile {
    const { outcome, text, answer } = input;
    return this.#change(actor, id, 'closing', () => {
      this.#item(actor, id, 'closing', { text, ...(answer === undefined ? {} : { answer }) });
      this.#rows.change(id, { state: 'closed', outcome, closed_at: this.#parts.clock.wallNow() });
      this.#parts.complaints.close(id, answer);
      this.#parts.audit.append({
        kind: 'case-closed',
        personId: actor.person.id,
        subject: { caseId: id },
        shielded: { outcome },
      });
    });
  }

  isMember(caseId: string, personId: string): boolean {
    return this.#rows.isMember(caseId, personId);
  }

  /** Whether this person may look at this footage for this case: works on it, it is open, and it is about that. */
  covers(actor: Actor, caseId: string, counterId: CounterId, from: UtcMs, to: UtcMs): boolean {
    const row = this.#rows.find(caseId);
    if (row === undefined || row.state === 'closed' || !this.#rows.isMember(row.id, actor.person.id))
      return false;
    return this.#spansOf(row.id).some(
      (span) =>
        span.counterId === counterId && from >= span.from - coverMarginMs && to <= span.to + coverMarginMs,
    );
  }

  #spansOf(id: CaseId): Span[] {
    const { complaints } = this.#parts;
    return [
      ...this.#rows
        .items(id)
        .flatMap(({ kind, counter_id: counterId, from_ms: from, to_ms: to }) =>
          kind === 'footage' && counterId !== null && from !== null && to !== null
            ? [{ counterId, from, to }]
            : [],
        ),
      ...this.#complaintsOf(id).flatMap((complaint) =>
        complaints.rows
          .clips(complaint.id)
          .map((clip) => ({ counterId: clip.counter_id, from: clip.from_ms, to: clip.to_ms })),
      ),
      ...this.#incidentSpans(id),
    ];
  }

  #incidentSpans(id: CaseId): Span[] {
    return this.#parts.database.sqlite
      .prepare<[string], Span>(
        `SELECT i.counter_id AS counterId, i.from_ms AS "from", i.to_ms AS "to"
         FROM case_incident c JOIN incident i ON i.id = c.incident_id WHERE c.case_id = ?`,
      )
      .all(id);
  }

  #change(actor: Actor, id: CaseId, what: string, work: () => void): CaseFile {
    requireMay(actor, 'cases.work');
    const row = this.#seen(actor, id);
    if (!this.#rows.isMember(id, actor.person.id)) throw notFound('case');
    if (row.state === 'closed') throw conflict('case-closed', 'This case is closed; nothing is added to it.');
    return this.#parts.database.transaction(() => {
      work();
      this.#parts.audit.append({
        kind: 'case-changed',
        personId: actor.person.id,
        subject: { caseId: id },
        shielded: { what },
      });
      return this.find(actor, id);
    });
  }

  #item(
    actor: Actor,
    caseId: CaseId,
    kind: CaseTables['case_item']['kind'],
    words: CaseWords,
    more: Partial<CaseTables['case_item']> = {},
  ): void {
    const id = newId(caseItemIdSchema);
    this.#rows.insertItem({
      ...{
        counter_id: null,
        from_ms: null,
        to_ms: null,
        hold_id: null,
        due_at: null,
        done_at: null,
        done_by: null,
      },
      ...more,
      ...{ id, case_id: caseId, kind, made_at: this.#parts.clock.wallNow(), made_by: actor.person.id },
      sealed: sealWords(this.#parts.shield, id, words),
    });
  }

  /** What was bookmarked is held too, from when it is in a case. */
  #joinIncidents(actor: Actor, id: CaseId, incidentIds: readonly IncidentId[]): void {
    for (const incidentId of incidentIds) {
      const { counterId, from, to } = this.#parts.incident(actor, incidentId);
      this.#rows.addIncident({ case_id: id, incident_id: incidentId });
      this.#parts.holds.placeForComplaint({ counterId, from, to, by: actor.person.id, caseId: id });
    }
  }

  #complaintsOf(id: CaseId): ComplaintRow[] {
    return this.#parts.complaints.rows.ofCase(id);
  }

  #head(actor: Actor, row: CaseRow, complaints: readonly ComplaintRow[]): Case {
    const terms = complaints.map((complaint) => complaint.answer_by);
    return caseShown(this.#parts.shield, row, {
      complaints: complaints.length,
      answerBy: terms.length === 0 ? undefined : Math.min(...terms),
      isMember: this.#rows.isMember(row.id, actor.person.id),
    });
  }

  #isInSight(actor: Actor, row: CaseRow): boolean {
    if (!may(actor, 'cases.read')) return false;
    if (!this.#spansOf(row.id).every(({ counterId }) => this.#parts.sight.seesCounter(actor, counterId))) {
      return false;
    }
    if (this.#rows.isMember(row.id, actor.person.id)) return true;
    return (
      actor.person.role === 'supervisor' &&
      this.#complaintsOf(row.id).every((complaint) => complaint.kind !== 'denunciation')
    );
  }

  #seen(actor: Actor, id: CaseId): CaseRow {
    const row = this.#rows.find(id);
    if (row === undefined || !this.#isInSight(actor, row)) throw notFound('case');
    return row;
  }
}
