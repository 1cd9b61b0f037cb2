import { receiptBytes } from '@minhbach/shared/ledger';
import {
  readBackSha256,
  type ObjectStore,
  type Pace,
  type StoredObject,
} from '@minhbach/shared/object-store';
import type { ProofReceipt } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { isSignedBy } from '../identity/index.ts';
import type { SpooledSegment } from '../spool/index.ts';
import type { ProvingMonitor } from '../uplink/index.ts';

/** `receipt` when a monitor proved it. `different`: the archive has other bytes. */
export type Verdict =
  | { readonly verdict: 'proven'; readonly receipt?: ProofReceipt }
  | { readonly verdict: 'different'; readonly message: string };

/** Finds out whether exactly this version of an object has the segment's bytes. Rejects when that cannot be found out now. */
export interface Prover {
  prove(segment: SpooledSegment, stored: StoredObject, signal: AbortSignal): Promise<Verdict>;
}

/** The monitor could not prove it now, or what it answered proves nothing. Says nothing about the object. */
export class ProofUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProofUnavailable';
  }
}

/** Fetches the object and hashes it here. */
export function ownProver(of: {
  readonly store: Pick<ObjectStore, 'get' | 'scan'>;
  readonly pace?: Pace | undefined;
  readonly deadlineMs: (sizeBytes: number) => number;
}): Prover {
  return {
    prove: async ({ sha256, bytes }, stored, signal) => {
      const { pace } = of;
      const bounds = { signal, pace, deadlineMs: of.deadlineMs(bytes), atMostBytes: bytes };
      const found = await readBackSha256(of.store, stored, bounds);
      return found.sha256 === sha256 && found.sizeBytes === bytes
        ? { verdict: 'proven' }
        : { verdict: 'different', message: 'the archive gave back other bytes than were sent' };
    },
  };
}

/** Has the home monitor do it, which is nearer to the archive, and takes its word only signed by its pinned key. */
export function monitorProver(of: {
  readonly recorderId: RecorderId;
  /** `undefined` while none is connected. */
  readonly monitor: () => ProvingMonitor | undefined;
}): Prover {
  return {
    prove: async (segment, { versionId }, signal) => {
      const monitor = of.monitor();
      if (monitor === undefined) throw new ProofUnavailable('no home monitor is connected to prove footage');
      const { segmentId, key, sha256, bytes: sizeBytes } = segment;
      const subject = {
        segmentId,
        key,
        sha256,
        sizeBytes,
        ...(versionId === undefined ? {} : { versionId }),
      };
      const answer = await monitor.ask(subject, signal).catch((error: unknown) => {
        throw signal.aborted ? error : new ProofUnavailable(String(error));
      });
      switch (answer.outcome) {
        case 'other-bytes':
        case 'not-found':
          return { verdict: 'different', message: `the monitor read it back: ${answer.message}` };
        case 'busy':
        case 'archive-failed':
        case 'refused':
          throw new ProofUnavailable(`the monitor could not prove it (${answer.outcome}): ${answer.message}`);
        case 'proven': {
          const { receipt } = answer;
          const signed = receiptBytes({ recorderId: of.recorderId, subject, at: receipt.at });
          const ours =
            receipt.monitorId === monitor.monitorId &&
            isSignedBy(monitor.publicKey, signed, receipt.signature);
          if (!ours) throw new ProofUnavailable('the receipt is not signed by the monitor enrolled with');
          return { verdict: 'proven', receipt };
        }
      }
    },
  };
}
