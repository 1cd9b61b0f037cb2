import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import type {
  ExportRecipient,
  ExportRecipientMade,
  exportRecipientInputSchema,
} from '@minhbach/shared/protocol';
import {
  exportRecipientIdSchema,
  newId,
  utcMs,
  type ExportId,
  type ExportRecipientId,
  type Sha256Hex,
} from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { Actor } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { notFound } from '../problem/index.ts';
import type { Shield } from '../shield/index.ts';
import type { ExportTables } from './export-schema.ts';
import type { Exports } from './exports.ts';

/** A download that breaks off begins again; a link that went around is stopped. */
const mostFetches = 50;

const wordsSchema = z.strictObject({ name: z.string(), purpose: z.string() });
type Tables = ExportTables & { person: { id: string; active: number } };
type Row = ExportTables['export_recipient'];

export interface RecipientsParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly shield: Shield;
  readonly exports: Pick<Exports, 'own'>;
  /** Where people outside open this monitor; without it, links begin with their path. */
  readonly publicOrigin: string | undefined;
}

/** A package that a link may fetch now. */
export interface LinkedPackage {
  readonly exportId: ExportId;
  readonly recipientId: ExportRecipientId;
  readonly sizeBytes: number;
  readonly sha256: Sha256Hex;
}

/**
 * Who is handed a package: each by name, with a link of his own that needs no account and lives for a stated time. Only
 * the SHA-256 of a link is kept, as it has 256 random bits; names and purposes lie under the shield key.
 */
export class Recipients {
  readonly #parts: RecipientsParts;

  constructor(parts: RecipientsParts) {
    this.#parts = parts;
  }

  /** Of a ready export of one's own, or the 404. Durable and in the audit on return. */
  add(
    actor: Actor,
    exportId: ExportId,
    { name, purpose, minutes }: z.output<typeof exportRecipientInputSchema>,
  ): ExportRecipientMade {
    const { database, audit, clock, shield, exports, publicOrigin = '' } = this.#parts;
    if (exports.own(actor, exportId).state !== 'ready') throw notFound('package');
    const id = newId(exportRecipientIdSchema);
    const token = randomBytes(32).toString('base64url');
    const now = clock.wallNow();
    const expiresAt = utcMs(now + minutes * 60_000);
    database.transaction(() => {
      database.run(
        this.#tables.insertInto('export_recipient').values({
          ...{ id, export_id: exportId, token_hash: hashOf(token), added_at: now, expires_at: expiresAt },
          ...{ fetches: 0, last_fetched_at: null, revoked_at: null },
          sealed: shield.seal(JSON.stringify({ name, purpose }), contextOf(id)),
        }),
      );
      audit.append({
        kind: 'recipient-added',
        personId: actor.person.id,
        subject: { exportId, recipientId: id, expiresAt },
        shielded: { name, purpose },
      });
    });
    return { id, url: `${publicOrigin}/d/${token}`, expiresAt };
  }

  /** In the order they were added, for the person who asked for the export. */
  list(actor: Actor, exportId: ExportId): ExportRecipient[] {
    this.#parts.exports.own(actor, exportId);
    const rows = this.#parts.database.all(
      this.#tables.selectFrom('export_recipient').selectAll().where('export_id', '=', exportId).orderBy('id'),
    );
    return rows.map((row) => this.#shown(row));
  }

  /** The link is good for nothing from then on, but a fetch that has begun goes on; again, nothing changes. */
  revoke(actor: Actor, exportId: ExportId, id: ExportRecipientId): ExportRecipient {
    const { database, audit, clock, exports } = this.#parts;
    exports.own(actor, exportId);
    const row = this.#find(id);
    if (row?.export_id !== exportId) throw notFound('recipient');
    if (row.revoked_at !== null) return this.#shown(row);
    const revokedAt = clock.wallNow();
    database.transaction(() => {
      database.run(
        this.#tables.updateTable('export_recipient').set({ revoked_at: revokedAt }).where('id', '=', id),
      );
      audit.append({
        kind: 'recipient-revoked',
        personId: actor.person.id,
        subject: { exportId, recipientId: id },
      });
    });
    return this.#shown({ ...row, revoked_at: revokedAt });
  }

  /** `undefined` for a link that never was, or is over, or whose giver may not give it any more: they look the same. */
  linked(token: string): LinkedPackage | undefined {
    const row = this.#parts.database.first(
      this.#tables
        .selectFrom('export_recipient as r')
        .innerJoin('evidence_export as x', 'x.id', 'r.export_id')
        .innerJoin('person as p', 'p.id', 'x.asked_by')
        .selectAll('r')
        .select(['x.size_bytes', 'x.sha256'])
        .where('r.token_hash', '=', hashOf(token))
        .where('x.state', '=', 'ready')
        .where('p.active', '=', 1),
    );
    if (row === undefined || this.#stateOf(row) !== 'open') return undefined;
    const { size_bytes: sizeBytes, sha256 } = row;
    if (sizeBytes === null || sha256 === null) return undefined;
    return { exportId: row.export_id, recipientId: row.id, sizeBytes, sha256 };
  }

  /** One more has begun; counted and in the audit on return. */
  fetched({ exportId, recipientId, sha256 }: LinkedPackage, firstByte: number): void {
    const { database, audit, clock } = this.#parts;
    database.transaction(() => {
      database.run(
        this.#tables
          .updateTable('export_recipient')
          .set((e) => ({ fetches: e('fetches', '+', 1), last_fetched_at: clock.wallNow() }))
          .where('id', '=', recipientId),
      );
      audit.append({
        kind: 'exported',
        subject: { exportId, recipientId, firstByte, sha256 },
        shielded: { recipient: this.nameOf(recipientId) },
      });
    });
  }

  nameOf(id: string): string | undefined {
    const row = this.#find(id);
    return row && this.#words(row).name;
  }

  #shown(row: Row): ExportRecipient {
    return {
      ...{ id: row.id, ...this.#words(row) },
      ...{ addedAt: utcMs(row.added_at), expiresAt: utcMs(row.expires_at) },
      ...(row.revoked_at === null ? {} : { revokedAt: utcMs(row.revoked_at) }),
      ...{ fetches: row.fetches, mostFetches },
      ...(row.last_fetched_at === null ? {} : { lastFetchedAt: utcMs(row.last_fetched_at) }),
      state: this.#stateOf(row),
    };
  }

  #stateOf(row: Row): ExportRecipient['state'] {
    if (row.revoked_at !== null) return 'revoked';
    if (row.expires_at <= this.#parts.clock.wallNow()) return 'expired';
    return row.fetches >= mostFetches ? 'used-up' : 'open';
  }

  #words(row: Row): z.infer<typeof wordsSchema> {
    return wordsSchema.parse(JSON.parse(this.#parts.shield.open(row.sealed, contextOf(row.id))));
  }

  #find(id: string): Row | undefined {
    return this.#parts.database.first(
      this.#tables
        .selectFrom('export_recipient')
        .selectAll()
        .where('id', '=', id as ExportRecipientId),
    );
  }

  get #tables() {
    return this.#parts.database.tables<Tables>();
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function contextOf(id: string): string {
  return `export-recipient/${id}`;
}
