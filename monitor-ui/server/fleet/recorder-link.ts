import type { JobProblem, RecorderJob, RecorderJobResult } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { ProblemError } from '../problem/index.ts';
import { JobFailedError, UplinkError, type JobOptions } from '../uplink/index.ts';

/** What the fleet needs of the connections to its recorders. */
export interface RecorderLink {
  isOnline(recorderId: RecorderId): boolean;
  runJob(recorderId: RecorderId, job: RecorderJob, options: JobOptions): Promise<RecorderJobResult>;
}

export function requireOnline(link: RecorderLink, recorderId: RecorderId): void {
  if (!link.isOnline(recorderId)) throw recorderOffline();
}

/** Runs a job and turns its failure into the answer a caller can act on. */
export async function runJob<Kind extends RecorderJob['kind']>(
  link: RecorderLink,
  recorderId: RecorderId,
  job: Extract<RecorderJob, { kind: Kind }>,
  options: JobOptions,
): Promise<Extract<RecorderJobResult, { kind: Kind }>> {
  requireOnline(link, recorderId);
  try {
    const result = await link.runJob(recorderId, job, options);
    return result as Extract<RecorderJobResult, { kind: Kind }>;
  } catch (error) {
    throw jobProblem(error);
  }
}

export function jobProblem(error: unknown): unknown {
  if (error instanceof JobFailedError) {
    const { code, message } = error.problem;
    return new ProblemError(statuses[code], code, message, { cause: error });
  }
  if (!(error instanceof UplinkError)) return error;
  if (error.code === 'timeout') {
    return new ProblemError(504, 'recorder-timeout', 'The recorder did not answer in time.', {
      cause: error,
    });
  }
  return recorderOffline(error);
}

const statuses: Readonly<Record<JobProblem['code'], number>> = {
  'address-invalid': 400,
  'address-not-allowed': 400,
  'scheme-not-allowed': 400,
  unreachable: 422,
  'not-onvif': 422,
  'login-refused': 422,
  'no-usable-stream': 422,
  timeout: 422,
  'not-found': 404,
  'already-registered': 409,
  internal: 502,
};

function recorderOffline(cause?: unknown): ProblemError {
  return new ProblemError(503, 'recorder-offline', 'That recorder is not connected; nothing was changed.', {
    cause,
  });
}
