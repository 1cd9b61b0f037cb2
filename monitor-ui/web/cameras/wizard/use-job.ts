import type { Job, RecorderJobResult } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { api, ApiProblem } from '../../app/index.ts';

const askEveryMs = 400;

export type JobView<Kind extends RecorderJobResult['kind']> =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly progress: number }
  | { readonly state: 'done'; readonly result: Extract<RecorderJobResult, { kind: Kind }> }
  | { readonly state: 'failed'; readonly problem: unknown };

/** A question to a recorder, followed until it is answered. The server keeps it for an hour, page or no page. */
export function useJob<Kind extends RecorderJobResult['kind']>(
  kind: Kind,
  id: string | undefined,
): JobView<Kind> {
  const job = useQuery({
    queryKey: ['job', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => api.get<Job>(`/jobs/${id ?? ''}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.state === 'done' || state.data?.state === 'failed' ? false : askEveryMs,
    staleTime: 0,
  });
  if (id === undefined) return { state: 'none' };
  if (job.error !== null) {
    const gone = job.error instanceof ApiProblem && job.error.status === 404;
    return { state: 'failed', problem: gone ? { code: 'job-gone' } : job.error };
  }
  const answer = job.data;
  if (answer?.state === 'failed') return { state: 'failed', problem: answer.problem };
  if (answer?.state !== 'done') return { state: 'running', progress: answer?.progress ?? 0 };
  return answer.result?.kind === kind
    ? { state: 'done', result: answer.result as Extract<RecorderJobResult, { kind: Kind }> }
    : { state: 'failed', problem: { code: 'job-gone' } };
}
