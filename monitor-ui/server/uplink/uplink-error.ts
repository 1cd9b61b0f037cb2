import type { JobProblem } from '@minhbach/shared/protocol';

/**
 * `offline`: that recorder has no live connection now. `timeout`: it did not answer in time. `lost`: the connection
 * ended while waiting. `footage-missing`: it no longer has those bytes. `aborted`: the caller's own signal.
 */
export type UplinkErrorCode = 'offline' | 'timeout' | 'lost' | 'footage-missing' | 'aborted' | 'protocol';

export class UplinkError extends Error {
  readonly code: UplinkErrorCode;

  constructor(code: UplinkErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'UplinkError';
    this.code = code;
  }
}

/** The recorder tried and says why it could not. */
export class JobFailedError extends Error {
  readonly problem: JobProblem;

  constructor(problem: JobProblem) {
    super(`${problem.code}: ${problem.message}`);
    this.name = 'JobFailedError';
    this.problem = problem;
  }
}
