import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { ByteSource } from './byte-source.ts';
import { FootageReader, type FootageOrder } from './check-packed-footage.ts';
import type { FootageThreadAnswer, FootageThreadData } from './footage-threads.ts';
import { nodeCrypto } from './node-crypto.ts';

const { fd, sizeBytes } = workerData as FootageThreadData;

async function readInto(from: number, into: Uint8Array): Promise<void> {
  for (let at = 0; at < into.length;) {
    const length = readSync(fd, into, at, into.length - at, from + at);
    if (length === 0) throw new Error(`the file ends before byte ${from + into.length}`);
    at += length;
  }
}

const source: ByteSource = {
  sizeBytes,
  readInto,
  async read(from, length) {
    const bytes = new Uint8Array(length);
    await readInto(from, bytes);
    return bytes;
  },
};
const reader = new FootageReader(source, nodeCrypto);

async function answerTo(order: FootageOrder): Promise<FootageThreadAnswer> {
  try {
    return { kind: 'verdict', verdict: await reader.check(order) };
  } catch (error) {
    return { kind: 'failed', reason: String(error) };
  }
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (order: FootageOrder) => {
  last = last.then(async () => parentPort?.postMessage(await answerTo(order)));
});
