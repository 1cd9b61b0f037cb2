import type { Readable } from 'node:stream';
import type { Sha256Hex, UtcMs } from '../units-of-measure/index.ts';

/** What a stored object is known by. `versionId` is present when the store keeps versions; read and remove by it. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly versionId?: string | undefined;
}

/** Sends no faster than it lets through. */
export interface Pace {
  /** What is asked for at once; small beside what passes in a second. */
  readonly pieceBytes: number;
  /** Resolves when this many bytes may pass; rejects when `signal` aborts. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

/** Governance can be lifted by who has a right of its own for that; compliance by nobody, before its date. */
export type RetentionMode = 'compliance' | 'governance';

export interface PutOptions {
  readonly sha256: Sha256Hex;
  readonly contentType: string;
  /** Set only where `probe()` says `lock: 'enforced'`; elsewhere it is refused with code `lock-not-enforced`. */
  readonly retainUntil?: UtcMs | undefined;
  /** `compliance` unless given. */
  readonly retentionMode?: RetentionMode | undefined;
  /** The key is known to be taken by other bytes: a new version on top. `exists` where the store keeps no versions. */
  readonly newVersion?: boolean | undefined;
  readonly pace?: Pace | undefined;
  /** Instead of the store's own, which grows with the body (16 kB/s at least). */
  readonly deadlineMs?: number | undefined;
  readonly signal: AbortSignal;
}

export interface GetOptions {
  readonly versionId?: string | undefined;
  /** Inclusive byte range, as in HTTP. */
  readonly range?: { readonly firstByte: number; readonly lastByte: number } | undefined;
  /**
   * Memory for what is asked for, as long as that at least: pieces of the stream may lie in it, each where it belongs, and
   * then no other is made for them. Whoever gives it leaves it alone until the stream has ended.
   */
  readonly into?: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** Is done with a piece when it answers: its memory is used again. False: no more is wanted. */
export type Look = (piece: Buffer) => boolean;

export interface ScanOptions {
  readonly versionId?: string | undefined;
  readonly look: Look;
  readonly signal: AbortSignal;
}

export interface RetentionOptions {
  readonly versionId: string;
  readonly until: UtcMs;
  /** Of what is not held yet, `compliance` unless given. What is held stays in its mode. */
  readonly mode?: RetentionMode | undefined;
  readonly signal: AbortSignal;
}

/**
 * What a store that speaks of locks does instead of locking. `ignores-locks`: it does not know the calls (and may take
 * them for others). `overwrites-on-retention`: OpenStack Swift's s3api, which stores the lock request as the object.
 */
export type LockFault =
  | 'ignores-locks'
  | 'overwrites-on-retention'
  | 'changes-locked-version'
  | 'deletes-locked'
  | 'loses-locked'
  | 'refuses-to-lock';

export interface StoreProbe {
  /** `unsafe` comes with a `lockFault`: the store lies, and must not hold evidence. */
  readonly lock: 'enforced' | 'none' | 'unsafe';
  readonly lockFault?: LockFault | undefined;
  readonly createOnly: boolean;
  readonly versioning: boolean;
  readonly multipart: boolean;
  /** Whether this access key may delete what is not locked. A recorder's should not. */
  readonly mayRemove: boolean;
  readonly clockSkewMs: number | undefined;
  /** One sentence per thing an operator should know. */
  readonly remarks: readonly string[];
}

/**
 * The archive, seen narrowly. Two makes: a directory and S3; one contract suite (`test/contract`) runs over both.
 * Every method rejects with `ObjectStoreError`; every method ends when its signal aborts or its own deadline passes.
 */
export interface ObjectStore {
  /**
   * Stores `body` whole or not at all. When it resolves, the directory make has synced file and directory; the S3
   * make has the server's 200. Neither is proof of what can be read back: see `readBackSha256`.
   * The same key with the same bytes is answered as stored; with other bytes it rejects with `exists`
   * (S3: only where the probe says `createOnly`; else a new version appears and the old one stays).
   */
  put(key: string, body: Buffer, options: PutOptions): Promise<StoredObject>;
  /** Rejects with `not-found`, `range` (outside the object). */
  get(key: string, options: GetOptions): Promise<Readable>;
  /** The object in full for who only looks at its bytes, where the make can do that at less cost. Rejects as `get` does. */
  scan?(key: string, options: ScanOptions): Promise<void>;
  /** `undefined` when there is no such object. */
  stat(
    key: string,
    options: { versionId?: string | undefined; signal: AbortSignal },
  ): Promise<StoredObject | undefined>;
  /** Keys under `prefix` in byte order, strictly after `after`. */
  list(prefix: string, options: { after?: string; signal: AbortSignal }): AsyncIterable<StoredObject>;
  /** `held` when the store refuses because of a lock. Removing what is not there is `removed`: it proves nothing. */
  remove(
    key: string,
    options: { versionId?: string | undefined; signal: AbortSignal },
  ): Promise<'removed' | 'held'>;
  /**
   * That very version is held until `until` or later when it resolves; never shortens. There is no way back: nobody can
   * remove it before. Rejects with `lock-not-enforced` where no probe has shown that the store locks, and `not-found`.
   */
  extendRetention(key: string, options: RetentionOptions): Promise<void>;
  probe(options: { signal: AbortSignal }): Promise<StoreProbe>;
  close(): Promise<void>;
}

export type ObjectStoreErrorCode =
  | 'not-found'
  | 'exists'
  | 'range'
  | 'bad-key'
  | 'damaged'
  | 'refused'
  | 'clock-skew'
  | 'lock-not-enforced'
  | 'unavailable'
  | 'timeout'
  | 'aborted'
  | 'full'
  | 'internal';

/**
 * `retryable` tells the journal whether trying the same call later can help: true for what store, network or operator
 * can mend (also a revoked key or a missing bucket), false for what the call itself gets wrong (key, range, other
 * bytes). `aborted` means the caller's own signal; its reason is the `cause`. `hint` is for the operator.
 */
export class ObjectStoreError extends Error {
  readonly code: ObjectStoreErrorCode;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(
    code: ObjectStoreErrorCode,
    message: string,
    options: { retryable: boolean; hint?: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'ObjectStoreError';
    this.code = code;
    this.retryable = options.retryable;
    this.hint = options.hint;
  }
}
