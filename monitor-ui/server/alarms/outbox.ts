import { randomUUID } from 'node:crypto';
import type { Clock } from '@minhbach/shared/clock';
import type { MonitorDatabase } from '../database/index.ts';
import type { AlarmTables } from './alarm-schema.ts';
import type { Delivery } from './outward-channel.ts';
import { outwardMessageSchema, type OutwardMessage } from './outward-message.ts';

export interface OutboxItem extends Delivery {
  readonly id: number;
  readonly attempts: number;
}

/** What was delivered is kept this long, to show that it was. */
const keptMs = 30 * 86_400_000;

/** What is to be told outside, on the disk from the moment it is decided until it was taken: at least once. */
export class Outbox {
  readonly #database: MonitorDatabase;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #channels: readonly string[] = [];

  constructor(database: MonitorDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** What is put from now on goes to these. */
  useChannels(names: readonly string[]): void {
    this.#channels = names;
  }

  /** Part of the transaction it is called in. */
  put(message: OutwardMessage): void {
    const now = this.#clock.wallNow();
    for (const channel of this.#channels) {
      this.#database.run(
        this.#table.insertInto('alarm_outbox').values({
          delivery_id: randomUUID(),
          channel,
          body: JSON.stringify(message),
          created_at: now,
          attempts: 0,
          next_attempt_at: now,
          delivered_at: null,
          last_fault: null,
        }),
      );
    }
    // Once the transaction is over: who is woken reads what is committed.
    setImmediate(() => this.#listeners.forEach((listener) => listener()));
  }

  /** The oldest that may be tried now. */
  due(channel: string): OutboxItem | undefined {
    const row = this.#database.first(
      this.#table
        .selectFrom('alarm_outbox')
        .selectAll()
        .where('channel', '=', channel)
        .where('delivered_at', 'is', null)
        .where('next_attempt_at', '<=', this.#clock.wallNow())
        .orderBy('id')
        .limit(1),
    );
    if (row === undefined) return undefined;
    const message = outwardMessageSchema.parse(JSON.parse(row.body));
    return { id: row.id, deliveryId: row.delivery_id, attempts: row.attempts, message };
  }

  /** When the next one is due; `undefined` when none waits. */
  nextAttemptAt(channel: string): number | undefined {
    const row = this.#database.first(
      this.#table
        .selectFrom('alarm_outbox')
        .select((e) => e.fn.min('next_attempt_at').as('at'))
        .where('channel', '=', channel)
        .where('delivered_at', 'is', null),
    );
    return row?.at ?? undefined;
  }

  delivered(id: number): void {
    const now = this.#clock.wallNow();
    this.#database.run(
      this.#table.updateTable('alarm_outbox').set({ delivered_at: now }).where('id', '=', id),
    );
    this.#database.run(this.#table.deleteFrom('alarm_outbox').where('delivered_at', '<', now - keptMs));
  }

  failed(id: number, fault: string, waitMs: number): void {
    this.#database.run(
      this.#table
        .updateTable('alarm_outbox')
        .set((e) => ({
          attempts: e('attempts', '+', 1),
          next_attempt_at: this.#clock.wallNow() + Math.round(waitMs),
          last_fault: fault.slice(0, 300),
        }))
        .where('id', '=', id),
    );
  }

  waiting(): number {
    const row = this.#database.first(
      this.#table
        .selectFrom('alarm_outbox')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('delivered_at', 'is', null),
    );
    return Number(row?.count ?? 0);
  }

  onPut(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get #table() {
    return this.#database.tables<AlarmTables>();
  }
}
