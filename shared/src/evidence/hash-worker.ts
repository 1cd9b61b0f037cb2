import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { HashAnswer, HashOrder } from './hash-orders.ts';

const sha256 = createHash('sha256');
const leafPrefix = Uint8Array.of(0);

/** RFC 6962 §2.1. Not the ledger's own: its room brings more to load than a thread has to hash in a second. */
function leafHash(piece: Uint8Array): Uint8Array {
  return createHash('sha256').update(leafPrefix).update(piece).digest();
}

function answerTo(order: HashOrder): HashAnswer {
  switch (order.kind) {
    case 'pieces': {
      const { kind, bytes, ends, parts } = order;
      const leaves = new Uint8Array(32 * ends.length);
      for (const [index, end] of ends.entries()) {
        leaves.set(leafHash(bytes.subarray(ends[index - 1] ?? 0, end)), 32 * index);
      }
      const sum = parts.reduce((before, [from, to]) => crc32(bytes.subarray(from, to), before), 0);
      return { kind, leaves, crc32: sum };
    }
    case 'more':
      sha256.update(order.bytes);
      return { kind: order.kind };
    case 'digest':
      return { kind: order.kind, sha256Hex: sha256.digest('hex') };
    default:
      return order satisfies never;
  }
}

parentPort?.on('message', (order: HashOrder) => parentPort?.postMessage(answerTo(order)));
