import { createHash } from 'node:crypto';

/** What a draw is made from. All of it is in the `sweep-drawn` entry, so that anybody can draw again. */
export interface DrawBasis {
  /** Entries of the audit before the draw, and the leaf hash (hex) of the last of them. */
  readonly auditSize: number;
  readonly auditLeaf: string;
  readonly recorderId: string;
  /** Sizes of the generations of the recorder's ledger, `generation:size`, in order, a space between. */
  readonly generations: string;
  /** Leaf hash (hex) of the last entry of the last generation: the recorder's word, not the monitor's. */
  readonly lastLeaf: string;
}

/** SHA-256 over the basis, a line for each part, as hex. */
export function seedOf(basis: DrawBasis): string {
  const { auditSize, auditLeaf, recorderId, generations, lastLeaf } = basis;
  const lines = ['minh-bach sweep 1', auditSize, auditLeaf, recorderId, generations, lastLeaf];
  return createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');
}

/**
 * The places drawn, one after the other, without end: number `n` is the first 8 bytes of SHA-256(seed || n as 4 bytes),
 * most significant first, modulo `entries`. A place counts entries of all generations in order; what is looked at is the
 * first segment sealed there or after it, going round at the end. One drawn twice, or expired by then, is passed over.
 */
export function* placesDrawn(seed: string, entries: number): Generator<number> {
  const key = Buffer.from(seed, 'hex');
  for (let draw = 0; ; draw += 1) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(draw);
    const digest = createHash('sha256').update(key).update(number).digest();
    yield Number(digest.readBigUInt64BE(0) % BigInt(entries));
  }
}
