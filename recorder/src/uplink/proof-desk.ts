import type { ProofOutcome, ProofSubject, RecorderMessage } from '@minhbach/shared/protocol';
import { UplinkError } from './uplink-error.ts';

const deadlineMs = 300_000;

interface Waiting {
  readonly resolve: (result: ProofOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** What this recorder asked its monitor to read back and has no answer for yet. */
export class ProofDesk {
  readonly #send: (message: RecorderMessage) => void;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;

  constructor(send: (message: RecorderMessage) => void) {
    this.#send = send;
  }

  /** Rejects with `UplinkError` `lost` when the connection or the time is over, or with the signal's reason. */
  async ask(subject: ProofSubject, signal: AbortSignal): Promise<ProofOutcome> {
    signal.throwIfAborted();
    const id = this.#nextId;
    this.#nextId += 1;
    const lost = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    let onAbort: () => void = () => undefined;
    try {
      return await new Promise<ProofOutcome>((resolve, reject) => {
        onAbort = () => {
          const late = new UplinkError('lost', 'the monitor did not prove the object in time');
          reject(signal.aborted ? (signal.reason as Error) : late);
        };
        lost.addEventListener('abort', onAbort, { once: true });
        this.#waiting.set(id, { resolve, reject });
        this.#send({ type: 'prove-ask', id, subject });
      });
    } finally {
      lost.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
    }
  }

  /** An answer nobody waits for any more is passed over. */
  answered(id: number, result: ProofOutcome): void {
    this.#waiting.get(id)?.resolve(result);
  }

  close(): void {
    const error = new UplinkError(
      'lost',
      'the connection to the monitor ended before it had proved the object',
    );
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
