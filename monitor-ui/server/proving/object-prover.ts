import type { Clock } from '@minhbach/shared/clock';
import { receiptBytes } from '@minhbach/shared/ledger';
import { ObjectStoreError, readBackSha256, type ObjectStore } from '@minhbach/shared/object-store';
import type { ProofOutcome, ProofSubject } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { MonitorIdentity, ProofSource } from '../uplink/index.ts';

export interface ObjectProverParts {
  readonly archive: Pick<ObjectStore, 'get' | 'scan'> | undefined;
  readonly identity: MonitorIdentity;
  readonly clock: Clock;
  /** Objects read at once, for all recorders together. */
  readonly parallel?: number;
  /** Asked for and not yet answered, of one recorder. */
  readonly perRecorder?: number;
  readonly deadlineMs?: number;
}

/** A segment is cut before 16 MB; nobody may have this machine read anything else. */
const largestBytes = 17 * 2 ** 20;

/** Reads objects back for recorders on thin lines, and signs for what it found. Serves its own work first by doing little of this. */
export class ObjectProver implements ProofSource {
  readonly #parts: ObjectProverParts;
  readonly #asked = new Map<RecorderId, number>();
  readonly #waiting: (() => void)[] = [];
  #reading = 0;

  constructor(parts: ObjectProverParts) {
    this.#parts = parts;
  }

  /** Never rejects: what could not be found out is an answer too. */
  async prove(recorderId: RecorderId, subject: ProofSubject, signal: AbortSignal): Promise<ProofOutcome> {
    const { archive, perRecorder = 8 } = this.#parts;
    if (archive === undefined) return { outcome: 'refused', message: 'this monitor has no archive' };
    if (!subject.key.startsWith(`r/${recorderId}/s/`) || subject.sizeBytes > largestBytes) {
      return { outcome: 'refused', message: 'that is no segment of this recorder' };
    }
    const asked = this.#asked.get(recorderId) ?? 0;
    if (asked >= perRecorder)
      return { outcome: 'busy', message: `${asked} objects are being proved already` };
    this.#asked.set(recorderId, asked + 1);
    try {
      await this.#turn();
      return await this.#read(archive, recorderId, subject, signal);
    } finally {
      this.#reading -= 1;
      this.#waiting.shift()?.();
      const left = (this.#asked.get(recorderId) ?? 1) - 1;
      if (left > 0) this.#asked.set(recorderId, left);
      else this.#asked.delete(recorderId);
    }
  }

  async #turn(): Promise<void> {
    this.#reading += 1;
    if (this.#reading > (this.#parts.parallel ?? 2)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #read(
    archive: Pick<ObjectStore, 'get' | 'scan'>,
    recorderId: RecorderId,
    subject: ProofSubject,
    signal: AbortSignal,
  ): Promise<ProofOutcome> {
    const { identity, clock, deadlineMs = 120_000 } = this.#parts;
    try {
      const bounds = { signal, deadlineMs, atMostBytes: subject.sizeBytes };
      const found = await readBackSha256(archive, subject, bounds);
      if (found.sha256 !== subject.sha256 || found.sizeBytes !== subject.sizeBytes) {
        return { outcome: 'other-bytes', message: `other bytes lie under ${subject.key}` };
      }
      const at = clock.wallNow();
      const signature = identity.sign(receiptBytes({ recorderId, subject, at }));
      return { outcome: 'proven', receipt: { monitorId: identity.monitorId, at, signature } };
    } catch (error) {
      const code = error instanceof ObjectStoreError ? error.code : 'internal';
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 300);
      return { outcome: code === 'not-found' ? 'not-found' : 'archive-failed', message };
    }
  }
}
