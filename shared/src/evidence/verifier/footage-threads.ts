import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ByteSource } from './byte-source.ts';
import type { FootageVerdict } from './check-footage.ts';
import { FootageReader, type FootageChecks, type FootageOrder } from './check-packed-footage.ts';
import { nodeCrypto } from './node-crypto.ts';

/** Workers are plain modules to Node: from sources (tests) the built one is taken. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts')
    ? '../../../dist/evidence/verifier/footage-worker.js'
    : './footage-worker.js',
  import.meta.url,
);

/** What a thread is told at its start. */
export interface FootageThreadData {
  /** Of the package, open for reading as long as the thread lives. */
  readonly fd: number;
  readonly sizeBytes: number;
}

export type FootageThreadAnswer =
  | { readonly kind: 'verdict'; readonly verdict: FootageVerdict }
  | { readonly kind: 'failed'; readonly reason: string };

interface Waiting {
  readonly resolve: (verdict: FootageVerdict) => void;
  readonly reject: (error: Error) => void;
}

interface FootageThread {
  readonly worker: Worker;
  /** In the order asked, which is that of the answers. */
  readonly waiting: Waiting[];
}

/** More would only wait for the disk. */
const mostThreads = 4;

/** Checks footage files in this thread and in others beside it, each of which holds one at a time. */
export class FootageThreads implements FootageChecks, AsyncDisposable {
  readonly atOnce: number;
  readonly #threads: readonly FootageThread[];
  readonly #own: FootageReader;
  #ownOrders = 0;
  #last: Promise<unknown> = Promise.resolve();
  #fault: Error | undefined;

  /** The caller closes the package after the threads. */
  constructor(
    source: ByteSource,
    { fd }: Pick<FootageThreadData, 'fd'>,
    threads = Math.min(mostThreads, availableParallelism()),
  ) {
    this.atOnce = 2 * threads;
    this.#own = new FootageReader(source, nodeCrypto);
    const { sizeBytes } = source;
    this.#threads = Array.from({ length: threads - 1 }, () => this.#start({ fd, sizeBytes }));
  }

  /** Rejects when the bytes cannot be read or a thread fails. */
  async check(order: FootageOrder): Promise<FootageVerdict> {
    if (this.#fault !== undefined) throw this.#fault;
    const [first, ...others] = this.#threads;
    const least = first && others.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a), first);
    if (least === undefined || this.#ownOrders < least.waiting.length) return this.#check(order);
    return new Promise((resolve, reject) => {
      least.waiting.push({ resolve, reject });
      least.worker.postMessage(order);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map(async ({ worker }) => worker.terminate()));
  }

  /** One after the other: a reader holds one file. */
  async #check(order: FootageOrder): Promise<FootageVerdict> {
    this.#ownOrders += 1;
    const verdict = this.#last.then(async () => this.#own.check(order));
    this.#last = verdict.catch(() => undefined);
    return verdict.finally(() => void (this.#ownOrders -= 1));
  }

  #start(workerData: FootageThreadData): FootageThread {
    const worker = new Worker(workerUrl, { workerData });
    const waiting: Waiting[] = [];
    worker.on('message', (answer: FootageThreadAnswer) => {
      const asked = waiting.shift();
      if (answer.kind === 'verdict') asked?.resolve(answer.verdict);
      else asked?.reject(new Error(answer.reason));
    });
    const fail = (error: Error): void => {
      this.#fault = error;
      for (const { reject } of waiting.splice(0)) reject(error);
    };
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => fail(new Error('a thread that checks footage has ended')));
    return { worker, waiting };
  }
}
