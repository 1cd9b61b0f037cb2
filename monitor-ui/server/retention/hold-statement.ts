import { createHash, createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ObjectStore } from '@minhbach/shared/object-store';
import { sha256HexSchema, type MonitorId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { MonitorDatabase } from '../database/index.ts';
import type { HoldFault } from './hold-ledger.ts';

const statementSchema = z.strictObject({ holds: sha256HexSchema });

/** Who keeps statements: the id they lie under, and a signature only this monitor can make. */
export interface StatementIdentity {
  readonly monitorId: MonitorId;
  sign(bytes: Uint8Array): string;
}

/**
 * Word about the holds kept outside the database, so that yesterday's database, put back whole, shows as what it is.
 * Renewed on a fixed beat whether anything was placed or not, always as long, and readable only with this monitor's key:
 * nobody who sees the archive learns that, or when, a hold was placed.
 */
export class HoldStatement {
  readonly #database: MonitorDatabase;
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #key: Buffer;

  constructor(database: MonitorDatabase, store: ObjectStore, identity: StatementIdentity) {
    this.#database = database;
    this.#store = store;
    this.#prefix = `m/${identity.monitorId}/holds/`;
    this.#key = createHash('sha256')
      .update(identity.sign(Buffer.from('minh-bach holds 1')))
      .digest();
  }

  /** Holds are never taken away, so what was stated must be a beginning of what is here. */
  async faults(signal: AbortSignal): Promise<HoldFault[]> {
    const last = (await this.#stored(signal)).at(-1);
    if (last === undefined) return [];
    const body = await buffer(await this.#store.get(last, { signal }));
    const stated = statementSchema.safeParse(parsedJson(body.toString('utf8')));
    if (!stated.success) return [`the statement of holds ${last} cannot be read`];
    for (const digest of this.#beginnings()) if (digest === stated.data.holds) return [];
    return [
      `the archive's statement of holds ${last} is of holds that this database has not: restore the newest backup`,
    ];
  }

  /** Durable on return; only after `faults` has found none. What changed since, so that `isWhole` says no, is not stated. */
  async renew(now: UtcMs, signal: AbortSignal, isWhole: () => boolean = () => true): Promise<void> {
    const before = await this.#stored(signal);
    const key = `${this.#prefix}${String(now).padStart(16, '0')}.json`;
    if (key <= (before.at(-1) ?? '') || !isWhole()) return;
    const body = Buffer.from(`${JSON.stringify({ holds: this.#beginnings().at(-1) })}\n`);
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
    await this.#store.put(key, body, { sha256, contentType: 'application/json', signal });
    for (const old of before) {
      const stored = await this.#store.stat(old, { signal });
      if (stored !== undefined) await this.#store.remove(old, { versionId: stored.versionId, signal });
    }
  }

  async #stored(signal: AbortSignal): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.#store.list(this.#prefix, { signal })) keys.push(key);
    return keys;
  }

  /** A digest for each number of holds from none to all, in the order they were placed. */
  #beginnings(): string[] {
    const rows = this.#database.sqlite
      .prepare<[], { line: string }>(
        "SELECT id || ' ' || counter_id || ' ' || from_ms || ' ' || to_ms AS line FROM hold ORDER BY rowid",
      )
      .all();
    let chain = createHmac('sha256', this.#key).update('holds').digest('hex');
    return [
      chain,
      ...rows.map(
        ({ line }) => (chain = createHmac('sha256', this.#key).update(`${chain} ${line}`).digest('hex')),
      ),
    ];
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
