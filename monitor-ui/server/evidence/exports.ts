import { randomBytes } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import type { Export, ExportFailure, ExportWait, exportInputSchema } from '@minhbach/shared/protocol';
import {
  exportIdSchema,
  newId,
  utcMs,
  type CounterId,
  type ExportId,
  type Sha256Hex,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { may, requireMay, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { ApprovalHandler, Approvals } from '../approvals/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, conflict, notFound } from '../problem/index.ts';
import type { MadePackage } from './pack-export.ts';
import { ExportRows, type ExportRow } from './export-rows.ts';

const longestMs = 24 * 3_600_000;

interface Act {
  readonly personId: string;
  readonly role: string;
  readonly unitId: string;
  readonly at: number;
}

/** An export two people agreed on, and what its package is made from. */
export interface AgreedExport {
  readonly id: ExportId;
  readonly counterId: CounterId;
  readonly from: UtcMs;
  readonly to: UtcMs;
  readonly reason: string;
  readonly salt: string;
  readonly asked: Act;
  readonly agreed: Act;
}

export interface ExportsParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly approvals: Approvals;
  /** Whether the person works on this case, it is open, and it is about this footage. */
  readonly caseCovers: (
    actor: Actor,
    caseId: string,
    counterId: CounterId,
    from: UtcMs,
    to: UtcMs,
  ) => boolean;
  /** Of what is being made, 0 to 1. */
  readonly progressOf: (id: ExportId) => number;
  /** Told when there is something to make, or to leave. */
  readonly changed: () => void;
}

/** Evidence packages people asked for: one asks, another of another unit agrees, then it is made. */
export class Exports {
  readonly #parts: ExportsParts;
  readonly #rows: ExportRows;

  constructor(parts: ExportsParts) {
    this.#parts = parts;
    this.#rows = new ExportRows(parts.database);
    parts.approvals.handle(this.#handler());
  }

  /** Durable and in the audit on return, with the approval it waits for. */
  ask(actor: Actor, input: z.output<typeof exportInputSchema>): Export {
    requireMay(actor, 'exports.ask');
    const { database, sight, clock, audit, approvals } = this.#parts;
    const { counterId } = sight.requireCounter(actor, input.counterId);
    const now = clock.wallNow();
    const { from, to, reason } = input;
    if (from >= to) throw badInput('/to', 'later-than', { field: 'from' });
    if (to > now) throw badInput('/to', 'at-most-now');
    if (to - from > longestMs) throw badInput('/from', 'hours-before', { count: 24, field: 'to' });
    if (input.caseId !== undefined && !this.#parts.caseCovers(actor, input.caseId, counterId, from, to)) {
      throw badInput('/caseId', 'case-covers');
    }
    const id = newId(exportIdSchema);
    return database.transaction(() => {
      this.#rows.insert({
        ...{ id, counter_id: counterId, from_ms: from, to_ms: to, reason, case_id: input.caseId ?? null },
        ...{ asked_by: actor.person.id, asked_role: actor.person.role, asked_unit_id: actor.unit.id },
        ...{ asked_at: now, salt: randomBytes(32).toString('hex'), state: 'waiting-approval' as const },
        ...{ waits_for: null, failure: null, size_bytes: null, sha256: null, read_me_sha256: null },
      });
      audit.append({
        kind: 'export-asked',
        personId: actor.person.id,
        subject: { exportId: id, counterId, from, to },
        shielded: { reason, caseId: input.caseId },
      });
      approvals.ask(actor, { kind: 'export', subjectId: id, counterId, from, to, reason });
      return this.find(actor, id);
    });
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: ExportId): Export {
    return this.#shown(actor, this.#seen(actor, id));
  }

  /** One's own; another's is the 404. */
  own(actor: Actor, id: ExportId): Export {
    requireMay(actor, 'exports.ask');
    const row = this.#seen(actor, id);
    if (row.asked_by !== actor.person.id) throw notFound('export');
    return this.#shown(actor, row);
  }

  /** Asked for within a case, the oldest first. */
  ofCase(caseId: string): ExportId[] {
    return this.#rows.ofCase(caseId);
  }

  /** In sight, the latest first; `before` is the last id of the page before. */
  list(actor: Actor, of: { readonly before?: string | undefined; readonly limit: number }): Export[] {
    const sight = unitSight(actor);
    return sight === 'nothing' ? [] : this.#rows.list({ ...of, sight }).map((row) => this.#shown(actor, row));
  }

  /** Of the person who asked; the package, if there is one, is removed. Throws 409 when it has failed already. */
  cancel(actor: Actor, id: ExportId): Export {
    requireMay(actor, 'exports.ask');
    const row = this.#seen(actor, id);
    if (row.asked_by !== actor.person.id) throw notFound('export');
    if (row.state === 'failed') throw conflict('export-over', 'There is nothing left to cancel.');
    const { database, audit, approvals } = this.#parts;
    database.transaction(() => {
      this.#rows.fail(id, 'cancelled');
      audit.append({ kind: 'export-cancelled', personId: actor.person.id, subject: { exportId: id } });
      approvals.withdraw('export', id, actor.person.id);
    });
    this.#parts.changed();
    return this.find(actor, id);
  }

  /** The package, for the person who asked for it; that it was fetched is in the audit on return. */
  fetched(
    actor: Actor,
    id: ExportId,
    firstByte: number,
  ): { readonly sizeBytes: number; readonly sha256: Sha256Hex } {
    const row = this.#seen(actor, id);
    const { size_bytes: sizeBytes, sha256 } = row;
    if (row.asked_by !== actor.person.id || row.state !== 'ready' || sizeBytes === null || sha256 === null) {
      throw notFound('package');
    }
    this.#parts.audit.append({
      kind: 'exported',
      personId: actor.person.id,
      subject: { exportId: id, firstByte, sha256 },
    });
    return { sizeBytes, sha256 };
  }

  /** What is to be made, the oldest first. */
  running(): AgreedExport[] {
    return this.#rows.running().map(toAgreed);
  }

  /** Whether nobody wants its files any more. */
  isOver(id: string): boolean {
    const state = this.#rows.find(id as ExportId)?.state;
    return state === undefined || state === 'failed';
  }

  isRunning(id: ExportId): boolean {
    return this.#rows.find(id)?.state === 'running';
  }

  noteWait(id: ExportId, waitsFor: ExportWait | undefined): void {
    this.#rows.wait(id, waitsFor ?? null);
  }

  /** Durable on return, with its audit entry. */
  noteMade(id: ExportId, made: MadePackage): void {
    this.#parts.database.transaction(() => {
      this.#rows.ready(id, made);
      this.#parts.audit.append({ kind: 'export-made', subject: { exportId: id, ...made } });
    });
  }

  /** Durable on return, with its audit entry. */
  noteFailed(id: ExportId, failure: ExportFailure, why: string): void {
    this.#parts.database.transaction(() => {
      this.#rows.fail(id, failure);
      this.#parts.audit.append({
        kind: 'export-failed',
        subject: { exportId: id, failure },
        shielded: { why },
      });
    });
  }

  #handler(): ApprovalHandler {
    return {
      kind: 'export',
      readAction: 'exports.read',
      giveAction: 'exports.agree',
      given: ({ subjectId }) => {
        if (this.#rows.run(subjectId as ExportId) === 0) {
          throw conflict('export-over', 'This export was cancelled meanwhile; it can only be refused.');
        }
        this.#parts.changed();
      },
      ended: ({ subjectId, state }) => {
        if (this.#rows.find(subjectId as ExportId)?.state === 'waiting-approval') {
          this.#rows.fail(subjectId as ExportId, state);
        }
      },
    };
  }

  #seen(actor: Actor, id: ExportId): ExportRow {
    const row = this.#rows.find(id);
    if (
      row === undefined ||
      !this.#parts.sight.seesCounter(actor, row.counter_id) ||
      !may(actor, 'exports.read')
    ) {
      throw notFound('export');
    }
    return row;
  }

  #shown(actor: Actor, row: ExportRow): Export {
    const isOwn = row.asked_by === actor.person.id;
    const progress = row.state === 'ready' ? 1 : row.state === 'running' ? this.#parts.progressOf(row.id) : 0;
    return {
      ...{ id: row.id, counterId: row.counter_id, from: utcMs(row.from_ms), to: utcMs(row.to_ms) },
      reason: row.reason,
      ...(row.case_id === null ? {} : { caseId: row.case_id }),
      askedBy: { id: row.asked_by, displayName: row.asker_name },
      askedAt: utcMs(row.asked_at),
      ...(row.approval_id === null ? {} : { approvalId: row.approval_id }),
      ...{ state: row.state, progress },
      ...(row.waits_for === null ? {} : { waitsFor: row.waits_for }),
      ...(row.failure === null ? {} : { failure: row.failure }),
      ...(row.state === 'ready' && isOwn ? { downloadUrl: `/api/v1/exports/${row.id}/package` } : {}),
      ...(row.size_bytes === null ? {} : { sizeBytes: row.size_bytes }),
      ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
      ...(row.read_me_sha256 === null ? {} : { readMeSha256: row.read_me_sha256 }),
    };
  }
}

function toAgreed(row: ExportRow): AgreedExport {
  const { decided_by: personId, decider_role: role, decided_unit_id: unitId, decided_at: at } = row;
  if (personId === null || role === null || unitId === null || at === null) {
    throw new Error(`export ${row.id} is being made, but nobody agreed to it`);
  }
  return {
    ...{ id: row.id, counterId: row.counter_id, from: utcMs(row.from_ms), to: utcMs(row.to_ms) },
    ...{ reason: row.reason, salt: row.salt },
    asked: { personId: row.asked_by, role: row.asked_role, unitId: row.asked_unit_id, at: row.asked_at },
    agreed: { personId, role, unitId, at },
  };
}
