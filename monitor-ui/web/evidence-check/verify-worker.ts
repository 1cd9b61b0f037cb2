import { blobSource, browserCrypto, verifyPackage } from '@minhbach/shared/evidence/verifier';
import type { CheckAnswer, CheckOrder } from './check-messages.ts';

/** As much of a worker's own scope as is used; the page's types know it as a window. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<CheckOrder>) => void) | null;
  postMessage(answer: CheckAnswer): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { file, trust } }) => {
  void (async () => {
    try {
      const report = await verifyPackage(blobSource(file), {
        crypto: browserCrypto,
        trust,
        onProgress: (doneBytes, totalBytes) => scope.postMessage({ kind: 'progress', doneBytes, totalBytes }),
      });
      scope.postMessage({ kind: 'report', report });
    } catch (error) {
      scope.postMessage({ kind: 'failed', reason: String(error) });
    }
  })();
};
scope.postMessage({ kind: 'ready' });
