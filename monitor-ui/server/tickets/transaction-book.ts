import { createHash } from 'node:crypto';
import type { TransactionInput } from '@minhbach/shared/protocol';
import {
  newId,
  transactionIdSchema,
  type TransactionId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { AuditKind, AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { foldedCode } from './folded-code.ts';

/** Who tells of transactions: a person, or a machine with its key. */
export type Teller = { readonly personId: string } | { readonly apiKeyId: string };

export interface Noted {
  readonly ids: TransactionId[];
  readonly made: number;
  readonly changed: number;
}

interface Known {
  readonly id: TransactionId;
  readonly dossier_code: string | null;
  readonly official_code: string | null;
  readonly ended_at: number | null;
}

/** Writes transactions. One told again, by counter, start and ticket, is the same one. */
export class TransactionBook {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #find;
  readonly #insert;
  readonly #update;

  constructor(database: MonitorDatabase, audit: AuditLog) {
    this.#database = database;
    this.#audit = audit;
    this.#find = database.sqlite.prepare<[string, number, string], Known>(
      `SELECT id, dossier_code, official_code, ended_at FROM service
       WHERE counter_id = ? AND started_at = ? AND identity = ?`,
    );
    this.#insert = database.sqlite.prepare(
      `INSERT INTO service (id, counter_id, identity, ticket, ticket_folded, dossier_code, dossier_folded,
         official_code, official_folded, started_at, ended_at, noted_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = database.sqlite.prepare(
      `UPDATE service SET dossier_code = ?, dossier_folded = ?, official_code = ?, official_folded = ?, ended_at = ?
       WHERE id = ?`,
    );
  }

  /** All or none; durable and in the audit on return. What is left out of a repetition stays as it was. */
  note(
    inputs: readonly TransactionInput[],
    by: Teller,
    now: UtcMs,
    kind: AuditKind = 'transactions-noted',
  ): Noted {
    return this.#database.transaction(() => {
      const ids: TransactionId[] = [];
      const sums = { made: 0, changed: 0 };
      const digest = createHash('sha256');
      for (const input of inputs) {
        const { id, became } = this.#one(input, now);
        ids.push(id);
        if (became === 'unchanged') continue;
        sums[became] += 1;
        digest.update(`${JSON.stringify([id, became, ...valuesOf(input)])}\n`);
      }
      if (sums.made + sums.changed > 0) {
        this.#audit.append({
          kind,
          ...('personId' in by ? { personId: by.personId } : {}),
          subject: { ...sums, first: ids[0], ...('apiKeyId' in by ? { apiKeyId: by.apiKeyId } : {}) },
          // What was told, as a commitment: a later change of the rows shows, and the log tells nobody's codes.
          shielded: { sha256: digest.digest('hex') },
        });
      }
      return { ids, ...sums };
    });
  }

  #one(
    input: TransactionInput,
    now: UtcMs,
  ): { readonly id: TransactionId; readonly became: 'made' | 'changed' | 'unchanged' } {
    const folded = foldedOf(input);
    const identity = folded.ticket ?? `d:${folded.dossierCode ?? ''}`;
    const known = this.#find.get(input.counterId, input.startedAt, identity);
    if (known === undefined) {
      const id = newId(transactionIdSchema);
      this.#insert.run(
        ...[id, input.counterId, identity, input.ticket ?? null, folded.ticket ?? null],
        ...[input.dossierCode ?? null, folded.dossierCode ?? null],
        ...[input.officialCode ?? null, folded.officialCode ?? null],
        ...[input.startedAt, input.endedAt ?? null, now],
      );
      return { id, became: 'made' };
    }
    const dossierCode = input.dossierCode ?? known.dossier_code;
    const officialCode = input.officialCode ?? known.official_code;
    const endedAt = input.endedAt ?? known.ended_at;
    if (
      dossierCode === known.dossier_code &&
      officialCode === known.official_code &&
      endedAt === known.ended_at
    ) {
      return { id: known.id, became: 'unchanged' };
    }
    const fold = (code: string | null) => (code === null ? null : foldedCode(code));
    this.#update.run(dossierCode, fold(dossierCode), officialCode, fold(officialCode), endedAt, known.id);
    return { id: known.id, became: 'changed' };
  }
}

function foldedOf({ ticket, dossierCode, officialCode }: TransactionInput) {
  const fold = (code: string | undefined) => (code === undefined ? undefined : foldedCode(code));
  return { ticket: fold(ticket), dossierCode: fold(dossierCode), officialCode: fold(officialCode) };
}

function valuesOf(input: TransactionInput): (string | number | null)[] {
  return [
    input.counterId,
    input.ticket ?? null,
    input.dossierCode ?? null,
    input.officialCode ?? null,
    input.startedAt,
    input.endedAt ?? null,
  ];
}
