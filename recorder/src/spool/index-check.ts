import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { indexName } from './open-index.ts';

/** Workers are plain modules to Node: from sources (tests) the built one is taken. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/spool/index-check-worker.js' : './index-check-worker.js',
  import.meta.url,
);

/**
 * Looks at the whole index by SQLite's own check, in a thread of its own, beside the process that writes it. Answers what
 * is wrong, `undefined` for nothing. Rejects when it cannot be looked at.
 */
export async function checkIndex(directory: string, signal: AbortSignal): Promise<string | undefined> {
  const worker = new Worker(workerUrl, { workerData: join(directory, indexName) });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', (found: unknown) => resolve(found === 'ok' ? undefined : String(found)));
      worker.once('error', reject);
      worker.once('exit', () => resolve(undefined));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
