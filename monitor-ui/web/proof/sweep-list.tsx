import type { Sweep } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { api, useRecorders } from '../app/index.ts';
import { ErrorState, formatDateTime, LoadingState } from '../ui-kit/index.ts';
import { useProofText } from './i18n/index.ts';

const shown = 20;

/** The newest random checks and how many of their segments passed. */
export function SweepList() {
  const text = useProofText();
  const recorders = useRecorders();
  const query = useQuery({
    queryKey: ['sweeps'],
    queryFn: ({ signal }) => api.get<{ items: Sweep[] }>(`/sweeps?limit=${shown}`, { signal }),
    refetchInterval: 15_000,
  });
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { items } = query.data;
  if (items.length === 0) return <p>{text('sweeps.empty')}</p>;
  const passed = items.reduce((sum, sweep) => sum + sweep.passed, 0);
  const checked = items.reduce((sum, sweep) => sum + sweep.passed + sweep.failed, 0);
  const nameOf = (id: string) => recorders.data?.find((recorder) => recorder.id === id)?.name ?? id;
  return (
    <>
      {checked === 0 ? null : (
        <p>
          <b>
            {text('sweeps.rate', { passed, checked, percent: Math.floor((passed / checked) * 1000) / 10 })}
          </b>
        </p>
      )}
      <ul className="proof-list">
        {items.map((sweep) => (
          <li key={sweep.id} className="proof-row">
            <span>{formatDateTime(sweep.drawnAt)}</span>
            <span>{nameOf(sweep.recorderId)}</span>
            <span>{text('sweep.passed', { count: sweep.passed })}</span>
            {sweep.failed > 0 ? (
              <b className="proof-failed">✕ {text('sweep.failed', { count: sweep.failed })}</b>
            ) : null}
            {sweep.unavailable > 0 ? (
              <span>{text('sweep.unavailable', { count: sweep.unavailable })}</span>
            ) : null}
            {sweep.endedAt === undefined ? <em>{text('sweep.running')}</em> : null}
          </li>
        ))}
      </ul>
    </>
  );
}
