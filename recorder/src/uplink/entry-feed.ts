import type { PreviousGeneration, RecorderEntry, RecorderMessage } from '@minhbach/shared/protocol';

/** What the feed needs of the ledger. */
export interface EntrySource {
  readEntries(fromSeq: number, limit: number, generation?: number): RecorderEntry[];
  ledgerSize(): number;
  /** Oldest first; the last one is being added to. */
  generations(): readonly { readonly generation: number; readonly size: number }[];
  leafHash(generation: number, seq: number): string | undefined;
  beginGeneration(previous: PreviousGeneration): void;
  noteStored(monitor: string, generation: number, nextSeq: number): void;
}

/** What a monitor says it has of this recorder's ledger. */
export interface MonitorPosition {
  readonly generation: number;
  readonly nextSeq: number;
  /** Leaf hash of the entry before `nextSeq`. */
  readonly lastLeaf?: PreviousGeneration['lastLeaf'];
}

const maxEntries = 200;
const maxBatchBytes = 256 * 1024;

/**
 * Hands the ledger to one monitor, in order, generation after generation, at least once: one batch is under way until the
 * monitor says that it is durable there, and what it says is where the next one begins.
 */
export class EntryFeed {
  readonly #source: EntrySource;
  readonly #send: (message: RecorderMessage) => void;
  readonly #monitor: string;
  #at: MonitorPosition;
  #underWay = false;

  constructor(of: {
    readonly source: EntrySource;
    /** Under which what it has stored is remembered. */
    readonly monitor: string;
    readonly position: MonitorPosition;
    readonly send: (message: RecorderMessage) => void;
  }) {
    this.#source = of.source;
    this.#monitor = of.monitor;
    this.#at = of.position;
    this.#send = of.send;
  }

  /**
   * What a new generation must name because this ledger does not extend what the monitor has: more was stored there than
   * was ever stated here, or something else. `undefined`: it extends it.
   */
  departure(): PreviousGeneration | undefined {
    const { generation, nextSeq, lastLeaf } = this.#at;
    const own = this.#source.generations().at(-1);
    if (own === undefined || generation < own.generation) return undefined;
    const named = { generation, size: nextSeq, ...(lastLeaf === undefined ? {} : { lastLeaf }) };
    if (generation > own.generation || nextSeq > own.size) return { ...named, why: 'monitor-ahead' };
    const ownLeaf = this.#source.leafHash(generation, nextSeq - 1);
    return lastLeaf === undefined || lastLeaf === ownLeaf ? undefined : { ...named, why: 'monitor-differs' };
  }

  /** What this monitor is known to have. */
  get position(): MonitorPosition {
    return this.#at;
  }

  /** Call when connected and after every append. */
  pump(): void {
    if (this.#underWay) return;
    this.#moveOn();
    const entries = this.#batch();
    if (entries.length === 0) return;
    this.#underWay = true;
    this.#send({ type: 'entries', generation: this.#at.generation, entries });
  }

  /** The monitor's `entries-stored`. */
  stored(generation: number, nextSeq: number): void {
    if (generation !== this.#at.generation) return;
    this.#underWay = false;
    this.#at = { generation, nextSeq };
    this.#source.noteStored(this.#monitor, generation, nextSeq);
    this.pump();
  }

  /** To the next generation that has something, when the monitor has all there is of this one. */
  #moveOn(): void {
    const generations = this.#source.generations();
    const own = generations.find(({ generation }) => generation === this.#at.generation);
    if (own !== undefined && this.#at.nextSeq < own.size) return;
    const next = generations.find(({ generation, size }) => generation > this.#at.generation && size > 0);
    if (next !== undefined) this.#at = { generation: next.generation, nextSeq: 0 };
  }

  #batch(): RecorderEntry[] {
    const { generation, nextSeq } = this.#at;
    const entries = this.#source.readEntries(nextSeq, maxEntries, generation);
    let bytes = 0;
    const end = entries.findIndex((entry, index) => {
      bytes += JSON.stringify(entry).length;
      return index > 0 && bytes > maxBatchBytes;
    });
    return end < 0 ? entries : entries.slice(0, end);
  }
}
