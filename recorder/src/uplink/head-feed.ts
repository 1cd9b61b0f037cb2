import type { RecorderMessage } from '@minhbach/shared/protocol';

export interface SignedHead {
  readonly generation: number;
  readonly size: number;
  readonly note: string;
}

interface Stored {
  readonly generation: number;
  readonly nextSeq: number;
}

/**
 * Hands signed heads to one monitor: the newest before anything else, over entries still to be sent, then each once a
 * connection, as soon as it has stored the entries under it.
 */
export class HeadFeed {
  readonly #list: () => readonly SignedHead[];
  readonly #send: (message: RecorderMessage) => void;
  readonly #sent = new Map<number, number>();

  constructor(list: () => readonly SignedHead[], send: (message: RecorderMessage) => void) {
    this.#list = list;
    this.#send = send;
  }

  /** Call when connected, before any entry is sent. */
  promise(stored: Stored): void {
    const newest = this.#list().at(-1);
    if (newest === undefined || isOverStored(newest, stored)) return;
    this.#send({ type: 'head', generation: newest.generation, note: newest.note });
  }

  /** Call after every head, and whenever the monitor has stored more. */
  pump(stored: Stored): void {
    for (const head of this.#list()) {
      const { generation, size, note } = head;
      if (!isOverStored(head, stored)) continue;
      if ((this.#sent.get(generation) ?? 0) >= size) continue;
      this.#sent.set(generation, size);
      this.#send({ type: 'head', generation, note });
    }
  }
}

/** Whether the monitor has all entries that a head is over. */
function isOverStored({ generation, size }: SignedHead, stored: Stored): boolean {
  return generation < stored.generation || (generation === stored.generation && size <= stored.nextSeq);
}
