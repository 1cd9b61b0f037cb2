import { createHash } from 'node:crypto';
import { wholePieces, type WholePieces } from '../media/index.ts';
import type { SegmentSealed } from '../protocol/index.ts';

/** One segment that touches the span asked for. */
export interface PackedSegment {
  readonly entry: SegmentSealed;
  readonly generation: number;
  /**
   * The whole sealed segment, in order. Asked for once; twice where the span begins or ends within the segment. `into` has
   * its length: pieces may lie in it, each where it belongs, or anywhere else.
   */
  read(signal: AbortSignal, into: Uint8Array): AsyncIterable<Uint8Array>;
}

/** The footage to be packed is not what its ledger entry says. */
export class AlteredSegmentError extends Error {
  constructor({ segmentId }: SegmentSealed) {
    super(`segment ${segmentId} is not what its ledger entry says`);
    this.name = 'AlteredSegmentError';
  }
}

/** A segment in memory, with the pieces its entry counts; it stays until its memory is filled again. */
export interface HeldSegment {
  readonly bytes: Uint8Array;
  readonly pieces: WholePieces;
}

/** More than a verifier takes. */
const maxSegmentBytes = 64 * 1024 * 1024;

/**
 * Memory for one segment at a time, used again and again: fresh memory costs more time than hashing what is put there.
 * Other threads see it too.
 */
export class SegmentMemory {
  readonly #memory: Uint8Array;

  /**
   * For any of these. All of it is asked for at once, and what is never filled costs nothing: memory that grew would leave
   * its smaller self to be cleared away by nobody, since a heap does not feel shared memory.
   */
  constructor(segments: readonly Pick<SegmentSealed, 'bytes'>[]) {
    const largest = segments.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    this.#memory = new Uint8Array(new SharedArrayBuffer(Math.min(largest, maxSegmentBytes)));
  }

  /** With the bytes its entry was made of. Rejects with `AlteredSegmentError`, or as `read` does. */
  async fill(segment: Pick<PackedSegment, 'entry' | 'read'>, signal: AbortSignal): Promise<HeldSegment> {
    const sha256 = createHash('sha256');
    const held = await this.fillUnchecked(segment, signal, (some) => void sha256.update(some));
    if (sha256.digest('hex') !== segment.entry.sha256) throw new AlteredSegmentError(segment.entry);
    return held;
  }

  /**
   * With bytes of the length and shape its entry has, for who compares their leaf hashes with it (`packedFootage`): a
   * second hash of every byte is a third of the work of packing. `take` sees them in order.
   */
  async fillUnchecked(
    segment: Pick<PackedSegment, 'entry' | 'read'>,
    signal: AbortSignal,
    take?: (some: Uint8Array) => void,
  ): Promise<HeldSegment> {
    const { entry } = segment;
    if (entry.bytes > maxSegmentBytes)
      throw new RangeError(
        `segment ${entry.segmentId} has ${entry.bytes} bytes, a package takes ${maxSegmentBytes}`,
      );
    if (entry.bytes > this.#memory.length) {
      throw new RangeError(`segment ${entry.segmentId} is none of those that this memory was made for`);
    }
    const bytes = this.#memory.subarray(0, entry.bytes);
    let length = 0;
    for await (const some of segment.read(signal, bytes)) {
      signal.throwIfAborted();
      if (length + some.length > bytes.length) throw new AlteredSegmentError(entry);
      const isThere = some.buffer === bytes.buffer && some.byteOffset === bytes.byteOffset + length;
      if (!isThere) bytes.set(some, length);
      take?.(some);
      length += some.length;
    }
    const pieces = length === bytes.length ? wholePieces(bytes) : undefined;
    if (
      pieces?.initBytes !== entry.initBytes ||
      pieces.fragments.length !== entry.fragments ||
      pieces.fragments.at(-1)?.end !== bytes.length
    ) {
      throw new AlteredSegmentError(entry);
    }
    return { bytes, pieces };
  }
}
