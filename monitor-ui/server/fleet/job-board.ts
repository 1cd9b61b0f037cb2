import type { Clock } from '@minhbach/shared/clock';
import type { Job, RecorderJob } from '@minhbach/shared/protocol';
import {
  jobIdSchema,
  newId,
  type JobId,
  type PersonId,
  type RecorderId,
} from '@minhbach/shared/units-of-measure';
import { ProblemError } from '../problem/index.ts';
import { JobFailedError, UplinkError } from '../uplink/index.ts';
import { requireOnline, type RecorderLink } from './recorder-link.ts';

const keptMs = 3_600_000;
const runningLimit = 20;

interface Posted {
  job: Job;
  readonly askedBy: PersonId;
  readonly postedAt: number;
}

/** Long questions to recorders, asked for by one person and answered to nobody else. Kept in memory for an hour. */
export class JobBoard {
  readonly #link: RecorderLink;
  readonly #clock: Clock;
  readonly #jobs = new Map<JobId, Posted>();
  readonly #stopping = new AbortController();

  constructor(link: RecorderLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** Throws 503 `recorder-offline` or 429 `too-many-jobs`. */
  start(askedBy: PersonId, recorderId: RecorderId, job: RecorderJob, timeoutMs: number): JobId {
    requireOnline(this.#link, recorderId);
    this.#forgetOld();
    const running = [...this.#jobs.values()].filter(
      (posted) => posted.askedBy === askedBy && posted.job.state === 'running',
    );
    if (running.length >= runningLimit) {
      throw new ProblemError(429, 'too-many-jobs', `At most ${runningLimit} questions may wait at once.`);
    }
    const id = newId(jobIdSchema);
    const posted: Posted = {
      job: { id, state: 'running', progress: 0 },
      askedBy,
      postedAt: this.#clock.monotonicNowMs(),
    };
    this.#jobs.set(id, posted);
    void this.#run(posted, recorderId, job, timeoutMs);
    return id;
  }

  find(id: string, askedBy: PersonId): Job | undefined {
    const posted = this.#jobs.get(id as JobId);
    return posted?.askedBy === askedBy ? posted.job : undefined;
  }

  close(): void {
    this.#stopping.abort();
  }

  async #run(posted: Posted, recorderId: RecorderId, job: RecorderJob, timeoutMs: number): Promise<void> {
    const { id } = posted.job;
    try {
      const result = await this.#link.runJob(recorderId, job, {
        timeoutMs,
        signal: this.#stopping.signal,
        onProgress: (progress) => (posted.job = { ...posted.job, progress }),
      });
      posted.job = { id, state: 'done', progress: 1, result };
    } catch (error) {
      posted.job = { ...posted.job, state: 'failed', problem: problemOfJob(error) };
    }
  }

  #forgetOld(): void {
    const oldest = this.#clock.monotonicNowMs() - keptMs;
    for (const [id, posted] of this.#jobs) if (posted.postedAt < oldest) this.#jobs.delete(id);
  }
}

function problemOfJob(error: unknown): NonNullable<Job['problem']> {
  if (error instanceof JobFailedError) return error.problem;
  if (error instanceof UplinkError && error.code === 'timeout') {
    return { code: 'timeout', message: 'The recorder did not answer in time.' };
  }
  if (error instanceof UplinkError) {
    return { code: 'unreachable', message: 'The connection to the recorder ended before it answered.' };
  }
  return { code: 'internal', message: 'The question could not be put to the recorder.' };
}
