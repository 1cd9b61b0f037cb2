import type { JobProblem, MonitorMessage, RecorderJob, RecorderJobResult } from '@minhbach/shared/protocol';
import { jobIdSchema, newId, type JobId } from '@minhbach/shared/units-of-measure';
import { JobFailedError, UplinkError } from './uplink-error.ts';

export interface JobOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: number) => void) | undefined;
}

interface Pending {
  readonly kind: RecorderJob['kind'];
  readonly onProgress: ((progress: number) => void) | undefined;
  readonly settle: (outcome: { result: RecorderJobResult } | { error: Error }) => void;
}

const pendingLimit = 100;

/** Jobs one recorder was asked to do and has not answered. */
export class JobDesk {
  readonly #send: (message: MonitorMessage) => void;
  readonly #pending = new Map<JobId, Pending>();

  constructor(send: (message: MonitorMessage) => void) {
    this.#send = send;
  }

  /** Rejects with `JobFailedError` (the recorder's answer) or `UplinkError` timeout, lost, aborted. */
  async run(job: RecorderJob, options: JobOptions): Promise<RecorderJobResult> {
    if (options.signal?.aborted) throw new UplinkError('aborted', 'the job was given up before it was sent');
    if (this.#pending.size >= pendingLimit)
      throw new UplinkError('timeout', 'this recorder has too many jobs waiting');
    const jobId = newId(jobIdSchema);
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<RecorderJobResult>((resolve, reject) => {
        this.#pending.set(jobId, {
          kind: job.kind,
          onProgress: options.onProgress,
          settle: (outcome) => ('result' in outcome ? resolve(outcome.result) : reject(outcome.error)),
        });
        timer = setTimeout(
          () =>
            reject(new UplinkError('timeout', `the recorder did not answer within ${options.timeoutMs} ms`)),
          options.timeoutMs,
        );
        onAbort = () => reject(new UplinkError('aborted', 'the job was given up'));
        options.signal?.addEventListener('abort', onAbort, { once: true });
        this.#send({ type: 'job', jobId, job });
      });
    } finally {
      clearTimeout(timer);
      if (onAbort) options.signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(jobId);
    }
  }

  /** Answers to jobs nobody waits for any more are passed over. */
  progress(jobId: JobId, progress: number): void {
    this.#pending.get(jobId)?.onProgress?.(progress);
  }

  done(jobId: JobId, result: RecorderJobResult): void {
    const pending = this.#pending.get(jobId);
    pending?.settle(
      pending.kind === result.kind
        ? { result }
        : {
            error: new UplinkError(
              'protocol',
              `the recorder answered a ${pending.kind} job with ${result.kind}`,
            ),
          },
    );
  }

  failed(jobId: JobId, problem: JobProblem): void {
    this.#pending.get(jobId)?.settle({ error: new JobFailedError(problem) });
  }

  close(): void {
    for (const pending of this.#pending.values()) {
      pending.settle({ error: new UplinkError('lost', 'the connection to the recorder ended') });
    }
    this.#pending.clear();
  }
}
