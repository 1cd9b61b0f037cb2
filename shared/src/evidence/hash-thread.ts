import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashOrder } from './hash-orders.ts';

/** Workers are plain modules to Node: from sources (tests) the built one is taken. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/evidence/hash-worker.js' : './hash-worker.js',
  import.meta.url,
);

/** A thread's orders and answers are soon forgotten: with Node's 48, it keeps some tens of megabytes of them for nothing. */
const youngMegabytes = 2;

interface Waiting {
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A thread that hashes beside the others, so that neither reading nor writing nor other people's requests wait for it.
 * Bytes in shared memory are looked at where they are, and must stay as they are until the answer; others are copied.
 */
export class HashThread implements AsyncDisposable {
  readonly #worker = new Worker(workerUrl, { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } });
  /** In the order asked, which is that of the answers. */
  readonly #waiting: Waiting[] = [];
  #fault: Error | undefined;

  constructor() {
    this.#worker.on('message', (answer: HashAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread that hashes has ended')));
  }

  /** Rejects when the thread fails. */
  async pieces(of: Omit<Extract<HashOrder, { kind: 'pieces' }>, 'kind'>): Promise<{
    readonly leaves: Uint8Array;
    readonly crc32: number;
  }> {
    const answer = await this.#ask({ kind: 'pieces', ...of });
    if (answer.kind !== 'pieces') throw new Error('the answer to another order');
    return answer;
  }

  /** One SHA-256 for the life of the thread goes on with these. Rejects when the thread fails. */
  async more(bytes: Uint8Array): Promise<void> {
    await this.#ask({ kind: 'more', bytes });
  }

  async digest(): Promise<string> {
    const answer = await this.#ask({ kind: 'digest' });
    if (answer.kind !== 'digest') throw new Error('the answer to another order');
    return answer.sha256Hex;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(order: HashOrder): Promise<HashAnswer> {
    if (this.#fault !== undefined) throw this.#fault;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  #fail(error: unknown): void {
    this.#fault = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.#waiting.splice(0)) reject(this.#fault);
  }
}
