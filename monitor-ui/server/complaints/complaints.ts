import type { Clock } from '@minhbach/shared/clock';
import type {
  Complaint,
  complaintInputSchema,
  complaintPlaceInputSchema,
  ComplaintTaken,
  complaintFollowedSchema,
  ComplaintState,
  Reporter,
} from '@minhbach/shared/protocol';
import {
  complaintIdSchema,
  newId,
  utcMs,
  type CaseId,
  type ComplaintId,
  type PersonId,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { requireMay, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict, notFound } from '../problem/index.ts';
import type { Holds } from '../retention/index.ts';
import type { Shield } from '../shield/index.ts';
import { isInSight, mayRead, type CaseMembership } from './complaint-access.ts';
import type { ComplaintIndex } from './complaint-index.ts';
import { lookUpDigest, openContent, sealContent, type LookedUpBy } from './complaint-content.ts';
import { ComplaintRows, type ComplaintRow } from './complaint-rows.ts';
import { heldAround, requireTimes, type ClipSpan } from './complaint-spans.ts';
import { attachmentShown } from './attachments.ts';
import { newReceiptCode, readReceiptCode } from './receipt-code.ts';
import { endOfTerm, type WorkingCalendar } from './working-days.ts';

/** Terms for taking up and for answering (Law on Complaints 02/2011/QH13, articles 27–28; 25/2018/QH14, 24 and 30). */
const terms = {
  complaint: { accept: { days: 10, working: false }, answer: { days: 40, working: false } },
  denunciation: { accept: { days: 7, working: true }, answer: { days: 40, working: false } },
} as const;

export interface ComplaintsParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly shield: Shield;
  readonly holds: Pick<Holds, 'placeForComplaint'>;
  readonly index: ComplaintIndex;
  readonly cases: () => CaseMembership;
  /** When a ticket or dossier was served, the latest first; at most a handful. */
  readonly served: (of: { ticket?: string | undefined; dossierCode?: string | undefined }) => ClipSpan[];
  readonly calendar: WorkingCalendar;
}

type Told = Omit<z.output<typeof complaintInputSchema>, 'channel'>;

/**
 * What citizens complained of. What was said and by whom lies sealed under the shield key and never changes; footage it
 * may be about is held from the same transaction on. Nothing of it goes to a recorder, to an office or into an alarm.
 */
export class Complaints {
  readonly #parts: ComplaintsParts;
  readonly rows: ComplaintRows;

  constructor(parts: ComplaintsParts) {
    this.#parts = parts;
    this.rows = new ComplaintRows(parts.database);
  }

  /** By hotline or letter. Durable, in the audit and its footage held on return. */
  take(actor: Actor, input: z.output<typeof complaintInputSchema>): ComplaintTaken {
    requireMay(actor, 'complaints.take');
    // Who takes it need not see the counter's unit: it goes to those who do.
    return this.#take(input, input.channel, actor.person.id);
  }

  /** From the page behind a counter's code. Durable, in the audit and its footage held on return. */
  takePublic(input: Told): ComplaintTaken {
    return this.#take(input, 'qr', undefined);
  }

  /** A place and a time for a complaint that came without: its footage is held on return. */
  place(actor: Actor, id: ComplaintId, input: z.output<typeof complaintPlaceInputSchema>): Complaint {
    const row = this.#seen(actor, id);
    if (!this.#mayRead(actor, row)) throw notFound('complaint');
    const { counterId } = this.#parts.sight.requireCounter(actor, input.counterId);
    requireTimes(input, this.#parts.clock.wallNow());
    const { happenedFrom, happenedTo } = input;
    this.#parts.database.transaction(() => {
      this.#hold(id, { counterId, ...heldAround(happenedFrom, happenedTo) }, actor.person.id);
      this.rows.change(id, { counter_id: counterId, from_ms: happenedFrom, to_ms: happenedTo ?? null });
      this.#parts.audit.append({
        kind: 'complaint-placed',
        personId: actor.person.id,
        subject: { complaintId: id },
        shielded: { counterId },
      });
    });
    return this.find(actor, id);
  }

  /** Throws the 404 for what is out of sight too. What was read is in the audit. */
  read(actor: Actor, id: ComplaintId): Complaint {
    const shown = this.find(actor, id);
    if (shown.content !== undefined) {
      this.#parts.audit.append({
        kind: 'complaint-read',
        personId: actor.person.id,
        subject: { complaintId: id },
      });
    }
    return shown;
  }

  find(actor: Actor, id: ComplaintId): Complaint {
    return this.shown(actor, this.#seen(actor, id));
  }

  /** In sight, the latest first; `before` is the last id of the page before. Not what was said. */
  list(
    actor: Actor,
    of: {
      readonly state?: ComplaintState | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Complaint[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    return this.rows.list({ ...of, sight }).map((row) => this.shown(actor, row));
  }

  /** Found by words in what was said, with or without accents, or by a code or number typed whole. */
  search(actor: Actor, text: string, limit: number): Complaint[] {
    return this.found(actor, text, limit).map(({ row }) => this.shown(actor, row));
  }

  found(
    actor: Actor,
    text: string,
    limit: number,
  ): { readonly row: ComplaintRow; readonly by: LookedUpBy | 'words' }[] {
    const found = new Map<string, { row: ComplaintRow; by: LookedUpBy | 'words' }>();
    const add = (by: LookedUpBy | 'words', rows: readonly ComplaintRow[]) => {
      for (const row of rows) {
        // What may not be read may not be found by what it says either.
        if (!found.has(row.id) && this.#mayRead(actor, row)) found.set(row.id, { row, by });
      }
    };
    const receipt = readReceiptCode(text);
    const fields: [LookedUpBy, string][] = [
      ...(receipt === undefined ? [] : [['receipt', receipt] satisfies [LookedUpBy, string]]),
      ['ticket', text],
      ['dossier', text],
      ...(/^\+?[\d .()-]{6,30}$/.test(text) ? [['phone', text] satisfies [LookedUpBy, string]] : []),
    ];
    for (const [field, value] of fields) {
      add(field, this.rows.byDigest(field, lookUpDigest(this.#parts.shield, field, value), limit));
    }
    for (const seqs of this.#parts.index.batches(text)) {
      if (found.size >= limit) break;
      const rows = new Map(this.rows.bySeqs(seqs).map((row) => [row.seq, row]));
      add(
        'words',
        seqs.flatMap((seq) => rows.get(seq) ?? []),
      );
    }
    return [...found.values()].slice(0, limit);
  }

  /** Who complained, as far as they said. That it was looked at, and why, is in the audit on return. */
  reporter(actor: Actor, id: ComplaintId, reason: string): Reporter {
    requireMay(actor, 'complaints.see-reporter');
    const row = this.#seen(actor, id);
    if (!this.#mayRead(actor, row)) throw notFound('complaint');
    const { reporter } = openContent(this.#parts.shield, row.id, row.sealed);
    this.#parts.audit.append({
      kind: 'reporter-seen',
      personId: actor.person.id,
      subject: { complaintId: id },
      shielded: { reason },
    });
    if (reporter === undefined) throw notFound('reporter');
    return reporter;
  }

  /** What the person who complained sees by the code; 404 for codes that name nothing. */
  follow(receiptCode: string): z.input<typeof complaintFollowedSchema> {
    const row = this.ofReceipt(receiptCode);
    if (row === undefined) throw notFound('complaint');
    const { answer_sealed: answer } = row;
    return {
      ...{ kind: row.kind, state: row.state, receivedAt: utcMs(row.received_at) },
      ...{ acceptBy: utcMs(row.accept_by), answerBy: utcMs(row.answer_by) },
      ...(answer === null ? {} : { answer: this.#parts.shield.open(answer, `complaint/${row.id}/answer`) }),
    };
  }

  ofReceipt(receiptCode: string): ComplaintRow | undefined {
    const kept = readReceiptCode(receiptCode);
    if (kept === undefined) return undefined;
    return this.rows.byDigest('receipt', lookUpDigest(this.#parts.shield, 'receipt', kept), 1)[0];
  }

  /** One that may be read by this person, or the 404. */
  requireReadable(actor: Actor, id: ComplaintId): ComplaintRow {
    const row = this.#seen(actor, id);
    if (!this.#mayRead(actor, row)) throw notFound('complaint');
    return row;
  }

  /** Within the transaction of the case. Throws 404 out of sight, 409 for one that is in a case already. */
  joinCase(actor: Actor, id: ComplaintId, caseId: CaseId): ComplaintRow {
    const row = this.#seen(actor, id);
    if (row.case_id !== null && row.case_id !== caseId) {
      throw conflict('complaint-in-case', 'This complaint is in another case already.');
    }
    this.rows.change(id, { case_id: caseId, state: row.state === 'closed' ? 'closed' : 'in-case' });
    return row;
  }

  /** Within the transaction that closes the case. */
  close(caseId: CaseId, answer: string | undefined): void {
    for (const { id } of this.rows.ofCase(caseId)) {
      const sealed = answer === undefined ? null : this.#parts.shield.seal(answer, `complaint/${id}/answer`);
      this.rows.change(id, { state: 'closed', answer_sealed: sealed });
    }
  }

  /** Resolves when words of all that was there at the start can be searched. */
  buildIndex(signal: AbortSignal): Promise<void> {
    const { index, shield, database } = this.#parts;
    const upToSeq = Number(
      database.sqlite.prepare('SELECT coalesce(max(seq), 0) FROM complaint').pluck().get(),
    );
    const rows = (after: number, limit: number) =>
      this.rows
        .after(after, limit)
        .map(({ seq, id, sealed }) => ({ seq, content: openContent(shield, id, sealed) }));
    return index.build({ upToSeq, rows }, signal);
  }

  shown(actor: Actor, row: ComplaintRow): Complaint {
    const { counter_id: counterId, from_ms: from, to_ms: to, case_id: caseId } = row;
    return {
      ...{ id: row.id, kind: row.kind, channel: row.channel, state: row.state },
      receivedAt: utcMs(row.received_at),
      ...(counterId === null ? {} : { counterId }),
      ...(from === null ? {} : { happenedFrom: utcMs(from) }),
      ...(to === null ? {} : { happenedTo: utcMs(to) }),
      clips: this.rows.clips(row.id).map((clip) => ({
        ...{ counterId: clip.counter_id, from: utcMs(clip.from_ms), to: utcMs(clip.to_ms) },
        holdId: clip.hold_id,
      })),
      ...(caseId === null ? {} : { caseId }),
      ...{ acceptBy: utcMs(row.accept_by), answerBy: utcMs(row.answer_by) },
      ...(this.#mayRead(actor, row) ? { content: this.#content(row) } : {}),
    };
  }

  #content(row: ComplaintRow): Complaint['content'] {
    const { shield } = this.#parts;
    const { text, dossierCode, ticket, reporter } = openContent(shield, row.id, row.sealed);
    return {
      text,
      ...(dossierCode === undefined ? {} : { dossierCode }),
      ...(ticket === undefined ? {} : { ticket }),
      hasReporter: reporter !== undefined,
      attachments: this.rows.attachments(row.id).map((file) => attachmentShown(shield, file)),
    };
  }

  #take(
    input: Told,
    channel: z.output<typeof complaintInputSchema>['channel'],
    by: PersonId | undefined,
  ): ComplaintTaken {
    const { database, audit, clock, shield, calendar, index } = this.#parts;
    const now = clock.wallNow();
    requireTimes(input, now);
    const counterId = input.counterId;
    if (counterId !== undefined && !this.#counterExists(counterId)) throw notFound('counter');
    const id = newId(complaintIdSchema);
    const { text, dossierCode, ticket, reporter, kind, happenedFrom, happenedTo } = input;
    const content = { text, dossierCode, ticket, reporter };
    const receiptCode = newReceiptCode();
    const digest = (field: LookedUpBy, value: string | undefined) =>
      value === undefined ? null : lookUpDigest(shield, field, value);
    const { seq, holdId } = database.transaction(() => {
      const row = this.rows.insert({
        ...{ id, kind, channel, state: 'received' as const, received_at: now, received_by: by ?? null },
        receipt_digest: lookUpDigest(shield, 'receipt', readReceiptCode(receiptCode) ?? ''),
        ...{ counter_id: counterId ?? null, from_ms: happenedFrom ?? null, to_ms: happenedTo ?? null },
        ...{ case_id: null, answer_sealed: null },
        accept_by: endOfTerm(now, terms[kind].accept, calendar),
        answer_by: endOfTerm(now, terms[kind].answer, calendar),
        ...{ ticket_digest: digest('ticket', ticket), dossier_digest: digest('dossier', dossierCode) },
        phone_digest: digest('phone', reporter?.phone),
        sealed: sealContent(shield, id, content),
      });
      audit.append({
        kind: 'complaint-taken',
        personId: by,
        subject: { complaintId: id },
        shielded: { channel },
      });
      const held = this.#spansOf(input).map((span) => this.#hold(id, span, by));
      return { seq: row, holdId: held[0] };
    });
    // Words of what was taken back must not be found.
    index.add(seq, content);
    return { id, receiptCode, ...(holdId === undefined ? {} : { holdId }) };
  }

  /** Counter and time as told; else, when a ticket or dossier was named, when and where that was served. */
  #spansOf({ counterId, happenedFrom, happenedTo, ticket, dossierCode }: Told): ClipSpan[] {
    if (counterId !== undefined && happenedFrom !== undefined) {
      return [{ counterId, ...heldAround(happenedFrom, happenedTo) }];
    }
    if (ticket === undefined && dossierCode === undefined) return [];
    return this.#parts
      .served({ ticket, dossierCode })
      .filter((span) => counterId === undefined || span.counterId === counterId)
      .map((span) => ({ counterId: span.counterId, ...heldAround(span.from, span.to) }));
  }

  #hold(id: ComplaintId, { counterId, from, to }: ClipSpan, by: PersonId | undefined) {
    const holdId = this.#parts.holds.placeForComplaint({ counterId, from, to, by });
    this.rows.insertClip({
      ...{ complaint_id: id, counter_id: counterId, from_ms: from, to_ms: to, hold_id: holdId },
    });
    return holdId;
  }

  #counterExists(counterId: string): boolean {
    const sql = 'SELECT 1 FROM counter WHERE id = ?';
    return this.#parts.database.sqlite.prepare(sql).get(counterId) !== undefined;
  }

  #seen(actor: Actor, id: ComplaintId): ComplaintRow {
    const row = this.rows.find(id);
    if (row === undefined || !isInSight(actor, row, this.#parts.sight)) throw notFound('complaint');
    return row;
  }

  #mayRead(actor: Actor, row: ComplaintRow): boolean {
    return mayRead(actor, row, this.#parts.sight, this.#parts.cases());
  }
}
