import { useCallback, useEffect, useRef, useState } from 'react';
import type { PackageReport } from '@minhbach/shared/evidence/verifier';
import type { CheckOrder } from './check-messages.ts';
import { verifyFile } from './verify-file.ts';

export type PackageCheck =
  | { readonly state: 'idle' }
  | { readonly state: 'checking'; readonly name: string; readonly share: number }
  | { readonly state: 'done'; readonly name: string; readonly report: PackageReport; readonly file: Blob }
  | { readonly state: 'failed'; readonly name: string };

/** One check at a time; a new one ends the one before. */
export function usePackageCheck(): readonly [
  PackageCheck,
  (order: CheckOrder, name: string) => void,
  () => void,
] {
  const [check, setCheck] = useState<PackageCheck>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  const cancel = useCallback(() => {
    running.current?.abort();
    setCheck({ state: 'idle' });
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback((order: CheckOrder, name: string) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setCheck({ state: 'checking', name, share: 0 });
    const show = (next: PackageCheck): void => {
      if (!signal.aborted) setCheck(next);
    };
    verifyFile(order, signal, (done, total) =>
      show({ state: 'checking', name, share: total === 0 ? 0 : done / total }),
    ).then(
      (report) => show({ state: 'done', name, report, file: order.file }),
      () => show({ state: 'failed', name }),
    );
  }, []);
  return [check, start, cancel];
}
