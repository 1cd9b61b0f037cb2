import { setMaxListeners } from 'node:events';
import { ObjectStoreError } from './object-store.ts';

export interface Bounds {
  /** What is being done, for the error's sentence: `put r/…`. */
  readonly what: string;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/**
 * Runs `work` under the caller's signal and a deadline of our own. Settles when either comes, even if `work` never
 * does (a hung mount, a socket nobody closes): with `aborted` or `timeout`. `work` gets a signal that ends with both,
 * to clean up by. The caller's signal is let go afterwards: it may live as long as the process.
 */
export async function boundedCall<Result>(
  bounds: Bounds,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (bounds.signal.aborted) throw abortedError(bounds.what, bounds.signal);
  const inner = new AbortController();
  let end: (error: ObjectStoreError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = (error) => {
      reject(error);
      inner.abort(error);
    };
  });
  const onAbort = () => end(abortedError(bounds.what, bounds.signal));
  const timer = setTimeout(() => end(timeoutError(bounds.what, bounds.deadlineMs)), bounds.deadlineMs);
  const letGo = whenAborted(bounds.signal, onAbort);
  try {
    return await Promise.race([work(inner.signal), ended]);
  } finally {
    clearTimeout(timer);
    letGo();
  }
}

/**
 * Calls `onAbort` once when the signal aborts, until the returned function is called. One signal may stop any number
 * of calls side by side: that is no leak, so Node shall not warn of one.
 */
export function whenAborted(signal: AbortSignal, onAbort: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}

export function abortedError(what: string, signal: AbortSignal): ObjectStoreError {
  return new ObjectStoreError('aborted', `${what}: given up by the caller`, {
    retryable: true,
    cause: signal.reason,
  });
}

function timeoutError(what: string, deadlineMs: number): ObjectStoreError {
  return new ObjectStoreError('timeout', `${what}: not done within ${deadlineMs} ms`, { retryable: true });
}
