/** What a thread that hashes is asked to do; orders are done one after the other. */
export type HashOrder =
  /** RFC 6962 leaf hashes of the pieces of `bytes`, which end where `ends` says; CRC-32 over the given parts of it. */
  | {
      readonly kind: 'pieces';
      readonly bytes: Uint8Array;
      readonly ends: readonly number[];
      readonly parts: readonly (readonly [from: number, to: number])[];
    }
  /** SHA-256 goes on with these. */
  | { readonly kind: 'more'; readonly bytes: Uint8Array }
  /** Of all that there was more of. */
  | { readonly kind: 'digest' };

export type HashAnswer =
  /** Leaf hashes one after the other, 32 bytes each. */
  | { readonly kind: 'pieces'; readonly leaves: Uint8Array; readonly crc32: number }
  | { readonly kind: 'more' }
  | { readonly kind: 'digest'; readonly sha256Hex: string };
