import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import type { AuditEntry } from '@minhbach/shared/protocol';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { AuditKind } from './audit-kind.ts';
import type { AuditTables } from './audit-schema.ts';
import { canonicalJson } from './canonical-json.ts';

export interface AuditFact {
  readonly kind: AuditKind;
  /** Who; absent when nobody was signed in. */
  readonly personId?: string | undefined;
  /** Ids, spans and choices; nothing personal, no free text. Numbers are whole. */
  readonly subject?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Free text, names, addresses: kept apart under a commitment. */
  readonly shielded?: Readonly<Record<string, string | undefined>>;
}

export interface AuditQuery {
  readonly kind?: string | undefined;
  readonly personId?: string | undefined;
  readonly from?: UtcMs | undefined;
  readonly to?: UtcMs | undefined;
  /** Entries with a smaller `seq` only. */
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
}

/** What people did and saw, append-only. */
export class AuditLog {
  readonly #database: MonitorDatabase;
  readonly #clock: Clock;

  constructor(database: MonitorDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Durable on return (or with the transaction it is called in). Call it before the answer goes out. */
  append(fact: AuditFact): number {
    const tables = this.#database.tables<AuditTables>();
    const shielded = withoutAbsent(fact.shielded ?? {});
    const plaintext = Object.keys(shielded).length > 0 ? canonicalJson(shielded) : undefined;
    const salt = randomBytes(32);
    return this.#database.transaction(() => {
      const last = this.#database.first(
        tables.selectFrom('audit_entry').select((e) => e.fn.max('seq').as('seq')),
      );
      const seq = Number(last?.seq ?? 0) + 1;
      this.#database.run(
        tables.insertInto('audit_entry').values({
          seq,
          at: this.#clock.wallNow(),
          kind: fact.kind,
          person_id: fact.personId ?? null,
          subject: canonicalJson(withoutAbsent(fact.subject ?? {})),
          commitment: plaintext === undefined ? null : commitmentTo(salt, plaintext),
        }),
      );
      if (plaintext !== undefined) {
        this.#database.run(
          tables.insertInto('audit_shielded').values({ seq, salt: salt.toString('hex'), plaintext }),
        );
      }
      return seq;
    });
  }

  /** Newest first. */
  list(query: AuditQuery): AuditEntry[] {
    let select = this.#database
      .tables<AuditTables & { person: { id: string; display_name: string } }>()
      .selectFrom('audit_entry as e')
      .leftJoin('audit_shielded as s', 's.seq', 'e.seq')
      .leftJoin('person as p', 'p.id', 'e.person_id')
      .select(['e.seq', 'e.at', 'e.kind', 'e.person_id', 'e.subject', 's.plaintext', 'p.display_name'])
      .orderBy('e.seq', 'desc')
      .limit(query.limit);
    if (query.kind !== undefined) select = select.where('e.kind', '=', query.kind);
    if (query.personId !== undefined) select = select.where('e.person_id', '=', query.personId);
    if (query.from !== undefined) select = select.where('e.at', '>=', query.from);
    if (query.to !== undefined) select = select.where('e.at', '<', query.to);
    if (query.beforeSeq !== undefined) select = select.where('e.seq', '<', query.beforeSeq);
    return this.#database.all(select).map((row) => ({
      seq: row.seq,
      at: utcMs(row.at),
      kind: row.kind,
      ...(row.person_id === null ? {} : { personId: row.person_id }),
      ...(row.display_name === null ? {} : { personName: row.display_name }),
      subject: JSON.parse(row.subject) as AuditEntry['subject'],
      ...(row.plaintext === null ? {} : { shielded: JSON.parse(row.plaintext) as Record<string, string> }),
    }));
  }
}

export function commitmentTo(salt: Uint8Array, plaintext: string): string {
  return createHash('sha256').update(salt).update(plaintext, 'utf8').digest('hex');
}

function withoutAbsent<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
}
