import {
  blobSource,
  browserCrypto,
  verifyPackage,
  type PackageReport,
} from '@minhbach/shared/evidence/verifier';
import type { CheckAnswer, CheckOrder } from './check-messages.ts';
import VerifyWorker from './verify-worker.ts?worker&inline';

/**
 * Verifies a chosen file off the page's thread; on it where the browser gives a page from a file no worker. Rejects when
 * the file cannot be read or `signal` aborts.
 */
export async function verifyFile(
  order: CheckOrder,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<PackageReport> {
  const worker = await startWorker(signal);
  if (worker === undefined) {
    const { file, trust } = order;
    return verifyPackage(blobSource(file), { crypto: browserCrypto, trust, signal, onProgress });
  }
  const { promise, resolve, reject } = withResolvers<PackageReport>();
  const stop = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', stop);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.onmessage = ({ data }: MessageEvent<CheckAnswer>) => {
    switch (data.kind) {
      case 'ready':
        return;
      case 'progress':
        return onProgress(data.doneBytes, data.totalBytes);
      case 'report':
        return resolve(data.report);
      case 'failed':
        return reject(new Error(data.reason));
      default:
        data satisfies never;
    }
  };
  worker.postMessage(order);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    worker.terminate();
  }
}

/** A worker that has said it is there; `undefined` when the browser refuses it. */
async function startWorker(signal: AbortSignal): Promise<Worker | undefined> {
  signal.throwIfAborted();
  const { promise, resolve } = withResolvers<Worker | undefined>();
  try {
    const worker = new VerifyWorker();
    worker.onmessage = () => resolve(worker);
    worker.onerror = () => {
      worker.terminate();
      resolve(undefined);
    };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    resolve(undefined);
  }
  return promise;
}

/** `Promise.withResolvers`, which phones of before 2024 lack. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((keep, refuse) => {
    [resolve, reject] = [keep, refuse];
  });
  return { promise, resolve, reject };
}
