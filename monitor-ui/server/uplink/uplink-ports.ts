import type {
  HeadRefusal,
  OpenSegment,
  ProofOutcome,
  ProofSubject,
  RecorderEntry,
  RecorderFault,
  RecorderMessage,
  SourceStatus,
} from '@minhbach/shared/protocol';
import type { MonitorId, RecorderId, Sha256Hex, SiteId, UtcMs } from '@minhbach/shared/units-of-measure';

/** Who this monitor is to its recorders. The private key stays inside. */
export interface MonitorIdentity {
  readonly monitorId: MonitorId;
  /** Raw Ed25519 public key, base64url without padding. */
  readonly publicKey: string;
  /** Signature over `bytes`, base64url without padding. */
  sign(bytes: Uint8Array): string;
}

/** The recorders this monitor knows, and the one-time secrets by which it will come to know others. */
export interface EnrolmentBook {
  find(recorderId: RecorderId): { readonly siteId: SiteId; readonly publicKey: string } | undefined;
  /**
   * Checks and burns the secret, and stores recorder and key, in one transaction. `undefined` when the secret is
   * unknown, used or expired, or when the recorder is known already: nothing has changed then.
   */
  enrol(of: {
    readonly secret: string;
    readonly recorderId: RecorderId;
    readonly publicKey: string;
    readonly name: string;
    readonly at: UtcMs;
  }): { readonly siteId: SiteId } | undefined;
}

/** The newest generation of which anything is stored, the next entry wanted of it, and the leaf hash of the one before. */
export interface LedgerPosition {
  readonly generation: number;
  readonly nextSeq: number;
  readonly lastLeaf?: Sha256Hex;
}

/** Where entries go. Durable on return. */
export interface EntryIntake {
  position(recorderId: RecorderId): LedgerPosition;
  /**
   * Stores those entries that come next, in one transaction, and answers the next one wanted: entries already stored
   * are passed over, entries beyond a hole are not taken. A later generation may state again what an earlier one did, in
   * the same words. Throws `EntryRefusedError` for what this recorder may not say.
   */
  store(recorderId: RecorderId, generation: number, entries: readonly RecorderEntry[]): number;
}

/** An entry that contradicts what was stored, or speaks of what is not this recorder's. */
export class EntryRefusedError extends Error {
  readonly code: 'conflict' | 'foreign';

  constructor(code: 'conflict' | 'foreign', message: string) {
    super(message);
    this.name = 'EntryRefusedError';
    this.code = code;
  }
}

export type RecorderReport = Extract<RecorderMessage, { type: 'status' }>;

/** Facts that recorders bring. Called in the order they came; what throws ends that recorder's connection. */
export interface UplinkListener {
  recorderOnline(recorderId: RecorderId, at: UtcMs): void;
  recorderOffline(recorderId: RecorderId, at: UtcMs): void;
  sourcesKnown(recorderId: RecorderId, sources: readonly SourceStatus[]): void;
  sourceChanged(recorderId: RecorderId, source: SourceStatus): void;
  openSegmentsKnown(recorderId: RecorderId, segments: readonly OpenSegment[], at: UtcMs): void;
  statusReported(recorderId: RecorderId, report: RecorderReport): void;
  /** All faults that stand there now. */
  faultsKnown(recorderId: RecorderId, faults: readonly RecorderFault[], at: UtcMs): void;
  /** Entries that were new and are durable. */
  entriesStored(recorderId: RecorderId, entries: readonly RecorderEntry[]): void;
  /** Another machine came with the identity of a recorder that is connected. */
  identityUsedTwice(recorderId: RecorderId, remoteAddress: string, at: UtcMs): void;
  /** A recorder said something it may not; its connection was ended. */
  recorderMisbehaved(recorderId: RecorderId, sentence: string, at: UtcMs): void;
}

/** Counter-signs heads of recorders' ledgers. Durable on return. */
export interface HeadIntake {
  witness(
    recorderId: RecorderId,
    generation: number,
    note: string,
  ):
    | { readonly outcome: 'witnessed'; readonly note: string }
    | { readonly outcome: 'promised' }
    | { readonly outcome: 'refused'; readonly why: HeadRefusal; readonly message: string };
}

/** Reads objects back for recorders and signs for them. Never rejects. */
export interface ProofSource {
  prove(recorderId: RecorderId, subject: ProofSubject, signal: AbortSignal): Promise<ProofOutcome>;
}
