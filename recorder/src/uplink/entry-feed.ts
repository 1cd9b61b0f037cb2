import type { RecorderEntry, RecorderMessage } from '@minhbach/shared/protocol';

/** What the feed needs of the ledger. */
export interface EntrySource {
  readEntries(fromSeq: number, limit: number): RecorderEntry[];
  ledgerSize(): number;
}

const maxEntries = 200;
const maxBatchBytes = 256 * 1024;

/**
 * Hands the ledger to one monitor, in order, at least once: one batch is under way until the monitor says that it is
 * durable there, and what it says is where the next one begins.
 */
export class EntryFeed {
  readonly #source: EntrySource;
  readonly #send: (message: RecorderMessage) => void;
  readonly #generation: number;
  #nextSeq: number;
  #underWay = false;

  constructor(of: {
    readonly source: EntrySource;
    readonly generation: number;
    readonly nextSeq: number;
    readonly send: (message: RecorderMessage) => void;
  }) {
    this.#source = of.source;
    this.#generation = of.generation;
    this.#nextSeq = of.nextSeq;
    this.#send = of.send;
  }

  /** True when the monitor has stored more than this recorder ever stated: this is not the ledger it knew. */
  get isBehindMonitor(): boolean {
    return this.#nextSeq > this.#source.ledgerSize();
  }

  /** Call when connected and after every append. */
  pump(): void {
    if (this.#underWay || this.#nextSeq >= this.#source.ledgerSize()) return;
    const entries = this.#batch();
    if (entries.length === 0) return;
    this.#underWay = true;
    this.#send({ type: 'entries', generation: this.#generation, entries });
  }

  /** The monitor's `entries-stored`. */
  stored(generation: number, nextSeq: number): void {
    if (generation !== this.#generation) return;
    this.#underWay = false;
    this.#nextSeq = nextSeq;
    this.pump();
  }

  #batch(): RecorderEntry[] {
    const entries = this.#source.readEntries(this.#nextSeq, maxEntries);
    let bytes = 0;
    const end = entries.findIndex((entry, index) => {
      bytes += JSON.stringify(entry).length;
      return index > 0 && bytes > maxBatchBytes;
    });
    return end < 0 ? entries : entries.slice(0, end);
  }
}
