import type { RecorderMessage } from '@minhbach/shared/protocol';

export interface SignedHead {
  readonly generation: number;
  readonly size: number;
  readonly note: string;
}

/** Hands signed heads to one monitor, each once a connection, as soon as it has stored the entries under it. */
export class HeadFeed {
  readonly #list: () => readonly SignedHead[];
  readonly #send: (message: RecorderMessage) => void;
  readonly #sent = new Map<number, number>();

  constructor(list: () => readonly SignedHead[], send: (message: RecorderMessage) => void) {
    this.#list = list;
    this.#send = send;
  }

  /** Call after every head, and whenever the monitor has stored more. */
  pump(stored: { readonly generation: number; readonly nextSeq: number }): void {
    for (const { generation, size, note } of this.#list()) {
      const has = generation < stored.generation ? Number.POSITIVE_INFINITY : stored.nextSeq;
      if (generation > stored.generation || has < size) continue;
      if ((this.#sent.get(generation) ?? 0) >= size) continue;
      this.#sent.set(generation, size);
      this.#send({ type: 'head', generation, note });
    }
  }
}
