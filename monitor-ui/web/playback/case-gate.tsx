import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { playbackApi } from './playback-api.ts';

/** An investigator looks at footage for a case: which one? */
export function CaseGate({
  counterName,
  onChoose,
}: {
  readonly counterName: string;
  readonly onChoose: (caseId: string) => void;
}) {
  const text = usePlaybackText();
  const query = useQuery({ queryKey: ['cases'], queryFn: ({ signal }) => playbackApi.cases(signal) });
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const open = query.data.filter(({ state, isMember }) => state !== 'closed' && isMember);
  return (
    <div className="playback-picker">
      <h1>{text('case.title')}</h1>
      {open.length === 0 ? (
        <EmptyState
          title={text('case.none')}
          action={<Link to="/complaints">{text('case.to-complaints')}</Link>}
        />
      ) : (
        <>
          <p>{text('case.lead', { counter: counterName })}</p>
          <ul>
            {open.map(({ id, number, title }) => (
              <li key={id}>
                <button type="button" onClick={() => onChoose(id)}>
                  <b>{title}</b>
                  <small>{number}</small>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
