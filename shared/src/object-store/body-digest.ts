import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { sha256HexSchema, type Sha256Hex } from '../units-of-measure/index.ts';
import { ObjectStoreError } from './object-store.ts';

export function sha256OfBody(body: Buffer): Sha256Hex {
  return sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
}

/** Throws `damaged` when `body` does not have the digest its caller gives for it. */
export function requireDigest(key: string, body: Buffer, given: Sha256Hex): void {
  const seen = sha256OfBody(body);
  if (seen !== given) {
    throw new ObjectStoreError(
      'damaged',
      `put ${key}: the bytes have SHA-256 ${seen}, not ${given} as given`,
      {
        retryable: false,
      },
    );
  }
}

export interface DigestOptions {
  /** Waited for after each piece: whoever reads slowly makes the sender slow. */
  readonly after?: ((bytes: number) => Promise<void> | undefined) | undefined;
  /** Reads no further once more than this came: what is longer is something else anyway. */
  readonly atMostBytes?: number | undefined;
}

export async function sha256OfStream(
  stream: Readable,
  { after, atMostBytes = Number.POSITIVE_INFINITY }: DigestOptions = {},
): Promise<{ sha256: Sha256Hex; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > atMostBytes) break;
    const pause = after?.(chunk.length);
    if (pause !== undefined) await pause;
  }
  return { sha256: sha256HexSchema.parse(hash.digest('hex')), sizeBytes };
}
