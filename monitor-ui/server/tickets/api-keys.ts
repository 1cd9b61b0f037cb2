import { createHash, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '@minhbach/shared/clock';
import type { ApiKey } from '@minhbach/shared/protocol';
import {
  apiKeyIdSchema,
  newId,
  utcMs,
  type ApiKeyId,
  type SiteId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { KeyHolder } from '../http/index.ts';
import { notFound, ProblemError } from '../problem/index.ts';
import type { TicketTables } from './tickets-schema.ts';

type Tables = TicketTables & { site: { id: SiteId; unit_id: string } };

/** Wrong keys from one address within a quarter of an hour before it is told to wait. */
const wrongPerAddress = 20;
const windowSeconds = 900;

/** Keys of queue machines. Only their SHA-256 is kept: they have 256 random bits. */
export class ApiKeys {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #sight: Sight;
  readonly #clock: Clock;
  readonly #wrong = new RateLimiterMemory({ points: wrongPerAddress, duration: windowSeconds });

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly sight: Sight;
    readonly clock: Clock;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#sight = parts.sight;
    this.#clock = parts.clock;
  }

  /** Durable and in the audit on return; the key is known to nobody but the caller. */
  make(
    actor: Actor,
    input: { readonly name: string; readonly siteId: SiteId },
  ): Omit<ApiKey, 'revokedAt'> & { key: string } {
    const { siteId } = this.#sight.requireSite(actor, input.siteId);
    const id = newId(apiKeyIdSchema);
    const key = `mbk_${randomBytes(32).toString('base64url')}`;
    const createdAt = this.#clock.wallNow();
    this.#database.transaction(() => {
      this.#database.run(
        this.#tables.insertInto('api_key').values({
          id,
          name: input.name,
          site_id: siteId,
          key_hash: hashOf(key),
          made_by: actor.person.id,
          made_at: createdAt,
          revoked_at: null,
          revoked_by: null,
        }),
      );
      this.#audit.append({
        kind: 'api-key-made',
        personId: actor.person.id,
        subject: { apiKeyId: id, siteId },
        shielded: { name: input.name },
      });
    });
    return { id, name: input.name, siteId, key, createdAt };
  }

  /** No request with the key is taken from then on; revoking it again changes nothing. */
  revoke(actor: Actor, id: string): ApiKey {
    const key = this.find(actor, id);
    if (key.revokedAt !== undefined) return key;
    const revokedAt = this.#clock.wallNow();
    this.#database.transaction(() => {
      this.#database.run(
        this.#tables
          .updateTable('api_key')
          .set({ revoked_at: revokedAt, revoked_by: actor.person.id })
          .where('id', '=', key.id),
      );
      this.#audit.append({
        kind: 'api-key-revoked',
        personId: actor.person.id,
        subject: { apiKeyId: key.id, siteId: key.siteId },
      });
    });
    return { ...key, revokedAt };
  }

  find(actor: Actor, id: string): ApiKey {
    const row = this.#database.first(
      this.#tables
        .selectFrom('api_key')
        .selectAll()
        .where('id', '=', id as ApiKeyId),
    );
    if (row === undefined || !this.#sight.seesSite(actor, row.site_id)) throw notFound('API key');
    return toKey(row);
  }

  list(actor: Actor, range: { readonly after?: string | undefined; readonly limit: number }): ApiKey[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    let select = this.#tables
      .selectFrom('api_key as k')
      .innerJoin('site as s', 's.id', 'k.site_id')
      .selectAll('k')
      .orderBy('k.id')
      .limit(range.limit);
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    if (range.after !== undefined) select = select.where('k.id', '>', range.after as ApiKeyId);
    return this.#database.all(select).map(toKey);
  }

  /** Rejects as `KeyCheck` says. A right key is never kept out by another's guesses. */
  readonly check = async (key: string, address: string): Promise<KeyHolder> => {
    const row = this.#database.first(
      this.#tables
        .selectFrom('api_key')
        .select(['id', 'site_id'])
        .where('key_hash', '=', hashOf(key))
        .where('revoked_at', 'is', null),
    );
    if (row !== undefined) return { apiKeyId: row.id, siteId: row.site_id };
    try {
      await this.#wrong.consume(address);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new ProblemError(429, 'too-many-attempts', `Too many wrong keys; try again in ${seconds} s.`, {
        params: { seconds },
        headers: { 'Retry-After': String(seconds) },
      });
    }
    throw new ProblemError(401, 'api-key-wrong', 'There is no such API key, or it was revoked.');
  };

  get #tables() {
    return this.#database.tables<Tables>();
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

function toKey(row: TicketTables['api_key']): ApiKey {
  const revokedAt: UtcMs | undefined = row.revoked_at === null ? undefined : utcMs(row.revoked_at);
  return {
    id: row.id,
    name: row.name,
    siteId: row.site_id,
    createdAt: utcMs(row.made_at),
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
}
