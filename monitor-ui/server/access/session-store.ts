import { createHash } from 'node:crypto';
import { Store, type SessionData } from 'express-session';
import type { Clock } from '@minhbach/shared/clock';
import { utcMs, type PersonId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { AccessTables } from './access-schema.ts';

declare module 'express-session' {
  interface SessionData {
    personId?: PersonId;
  }
}

export interface SessionLimits {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

export interface StoredSession {
  readonly personId: PersonId;
  readonly expiresAt: UtcMs;
}

/** Last-seen times are written at most this often, so that reading a page costs no disk sync. */
const touchEveryMs = 60_000;

type Answer<Value> = (error?: unknown, value?: Value) => void;

/** Sessions in the monitor's database, known by the hash of their id. Tells when one ends, however it ends. */
export class SessionStore extends Store {
  readonly #database: MonitorDatabase;
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  readonly #lastSeen = new Map<string, number>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(database: MonitorDatabase, clock: Clock, limits: SessionLimits) {
    super();
    this.#database = database;
    this.#clock = clock;
    this.#limits = limits;
  }

  override get = (id: string, answer: Answer<SessionData>): void => {
    settle(answer, () => {
      const row = this.#row(sessionKey(id));
      return row && (JSON.parse(row.body) as SessionData);
    });
  };

  override set = (id: string, data: SessionData, answer: Answer<undefined> = () => undefined): void => {
    settle(answer, () => {
      if (data.personId === undefined) return undefined;
      const now = this.#clock.wallNow();
      const row = {
        id_hash: sessionKey(id),
        person_id: data.personId,
        body: JSON.stringify(data),
        signed_in_at: now,
        last_seen_at: now,
      };
      this.#database.run(
        this.#table
          .insertInto('session')
          .values(row)
          .onConflict((conflict) =>
            conflict.column('id_hash').doUpdateSet({ body: row.body, last_seen_at: now }),
          ),
      );
      return undefined;
    });
  };

  override touch = (id: string, _data: SessionData, answer: () => void = () => undefined): void => {
    const key = sessionKey(id);
    const now = this.#clock.wallNow();
    if (now - (this.#lastSeen.get(key) ?? 0) >= touchEveryMs) {
      this.#database.run(
        this.#table.updateTable('session').set({ last_seen_at: now }).where('id_hash', '=', key),
      );
      this.#lastSeen.set(key, now);
    }
    answer();
  };

  override destroy = (id: string, answer: Answer<undefined> = () => undefined): void => {
    settle(answer, () => {
      this.#end([sessionKey(id)]);
      return undefined;
    });
  };

  find(key: string): StoredSession | undefined {
    const row = this.#row(key);
    return row && { personId: row.person_id, expiresAt: this.#expiresAt(row) };
  }

  /** Ends every session of a person, but for `exceptKey`; durable on return. */
  endAllOf(personId: PersonId, exceptKey?: string): void {
    const rows = this.#database.all(
      this.#table.selectFrom('session').select('id_hash').where('person_id', '=', personId),
    );
    this.#end(rows.map((row) => row.id_hash).filter((key) => key !== exceptKey));
  }

  /** Calls back once when the session ends (at once if it has). The answer takes the listener off again. */
  onEnded(key: string, listener: () => void): () => void {
    if (this.#row(key) === undefined) {
      queueMicrotask(listener);
      return () => undefined;
    }
    const listeners = this.#listeners.get(key) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(key, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  /** Removes what has expired. Called every few seconds. */
  sweep(): void {
    const now = this.#clock.wallNow();
    const expired = this.#database.all(
      this.#table
        .selectFrom('session')
        .select('id_hash')
        .where((e) =>
          e.or([
            e('last_seen_at', '<=', now - this.#limits.idleMs - touchEveryMs),
            e('signed_in_at', '<=', now - this.#limits.absoluteMs),
          ]),
        ),
    );
    if (expired.length > 0) this.#end(expired.map((row) => row.id_hash));
  }

  #end(keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.#database.run(this.#table.deleteFrom('session').where('id_hash', 'in', keys));
    for (const key of keys) {
      this.#lastSeen.delete(key);
      const listeners = this.#listeners.get(key);
      this.#listeners.delete(key);
      for (const listener of listeners ?? []) listener();
    }
  }

  #row(key: string): AccessTables['session'] | undefined {
    const row = this.#database.first(
      this.#table.selectFrom('session').selectAll().where('id_hash', '=', key),
    );
    return row !== undefined && this.#expiresAt(row) > this.#clock.wallNow() ? row : undefined;
  }

  #expiresAt(row: AccessTables['session']): UtcMs {
    const lastSeen = Math.max(row.last_seen_at, this.#lastSeen.get(row.id_hash) ?? 0);
    return utcMs(
      Math.min(lastSeen + this.#limits.idleMs + touchEveryMs, row.signed_in_at + this.#limits.absoluteMs),
    );
  }

  get #table() {
    return this.#database.tables<AccessTables>();
  }
}

export function sessionKey(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex');
}

function settle<Value>(answer: Answer<Value>, work: () => Value | undefined): void {
  let value: Value | undefined;
  try {
    value = work();
  } catch (error) {
    answer(error);
    return;
  }
  answer(undefined, value);
}
