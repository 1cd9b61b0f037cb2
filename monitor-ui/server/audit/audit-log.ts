import { randomBytes } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import type { AuditEntry } from '@minhbach/shared/protocol';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { Shield } from '../shield/index.ts';
import { commitmentTo, openFields, sealFields, sealPlainFields } from './audit-fields.ts';
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

/** What people did and saw, append-only. Personal fields lie sealed beside it and can be destroyed. */
export class AuditLog {
  readonly #database: MonitorDatabase;
  readonly #clock: Clock;
  readonly #shield: Shield;

  constructor(database: MonitorDatabase, clock: Clock, shield: Shield) {
    this.#database = database;
    this.#clock = clock;
    this.#shield = shield;
    sealPlainFields(database, shield);
  }

  /** Durable on return (or with the transaction it is called in). Call it before the answer goes out. */
  append(fact: AuditFact): number {
    const tables = this.#database.tables<AuditTables>();
    const shielded = withoutAbsent(fact.shielded ?? {});
    const plaintext = Object.keys(shielded).length > 0 ? canonicalJson(shielded) : undefined;
    const salt = randomBytes(32).toString('hex');
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
          commitment: plaintext === undefined ? null : commitmentTo({ salt, plaintext }),
        }),
      );
      if (plaintext !== undefined) {
        const sealed = sealFields(this.#shield, seq, { salt, plaintext });
        this.#database.run(tables.insertInto('audit_sealed').values({ seq, sealed }));
      }
      return seq;
    });
  }

  /** Newest first. */
  list(query: AuditQuery): AuditEntry[] {
    let select = this.#database
      .tables<AuditTables & { person: { id: string; display_name: string } }>()
      .selectFrom('audit_entry as e')
      .leftJoin('audit_sealed as s', 's.seq', 'e.seq')
      .leftJoin('person as p', 'p.id', 'e.person_id')
      .select(['e.seq', 'e.at', 'e.kind', 'e.person_id', 'e.subject', 's.sealed', 'p.display_name'])
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
      ...(row.sealed === null ? {} : { shielded: this.#opened(row.seq, row.sealed) }),
    }));
  }

  #opened(seq: number, sealed: string): Record<string, string> {
    return JSON.parse(openFields(this.#shield, seq, sealed).plaintext) as Record<string, string>;
  }
}

function withoutAbsent<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
}
