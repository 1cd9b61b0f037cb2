import type Database from 'better-sqlite3';
import type { MonitorDatabase } from '../database/index.ts';
import { canonicalJson } from '@minhbach/shared/ledger';

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly person_id: string | null;
  readonly subject: string;
  readonly commitment: string | null;
}

/** The audit as a ledger's entries: leaf `n` is entry `n + 1` as RFC 8785 text, personal fields as their commitment only. */
export class AuditEntries {
  readonly #size: Database.Statement<[], number>;
  readonly #rows: Database.Statement<[number, number], Row>;

  constructor({ sqlite }: MonitorDatabase) {
    this.#size = sqlite.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM audit_entry').pluck();
    this.#rows = sqlite.prepare(
      'SELECT seq, at, kind, person_id, subject, commitment FROM audit_entry WHERE seq > ? ORDER BY seq LIMIT ?',
    );
  }

  size(): number {
    return this.#size.get() ?? 0;
  }

  readonly texts = (from: number, limit: number): string[] => this.#rows.all(from, limit).map(entryText);
}

function entryText({ seq, at, kind, person_id: personId, subject, commitment }: Row): string {
  return canonicalJson({
    ...{ seq, at, kind, subject: JSON.parse(subject) as Record<string, string | number | boolean> },
    ...(personId === null ? {} : { personId }),
    ...(commitment === null ? {} : { commitment }),
  });
}
