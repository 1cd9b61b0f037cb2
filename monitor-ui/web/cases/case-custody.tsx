import type { Custody } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useCounterNames } from '../app/index.ts';
import { ErrorState, formatDateTime, formatTime, LoadingState } from '../ui-kit/index.ts';
import { casesApi } from './cases-api.ts';
import { useCaseText } from './i18n/index.ts';
import { vi } from './i18n/vi.ts';

/** Who held, played, exported and fetched, each with the number of its entry in the ledger. */
export function CaseCustody({ caseId }: { readonly caseId: string }) {
  const text = useCaseText();
  const query = useQuery({
    queryKey: ['custody', caseId],
    queryFn: ({ signal }) => casesApi.custody(caseId, signal),
    staleTime: 10_000,
  });
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <a href={`/api/v1/cases/${caseId}/custody.pdf`} target="_blank" rel="noopener">
        {text('custody.report')}
      </a>
      <ol className="case-custody">
        {query.data.items.map((item) => (
          <li key={item.seq}>
            <Act item={item} />
          </li>
        ))}
      </ol>
      {query.data.items.length === 0 ? <p className="case-faint">{text('none')}</p> : null}
    </>
  );
}

function Act({ item }: { readonly item: Custody['items'][number] }) {
  const text = useCaseText();
  const { nameOf } = useCounterNames();
  const { kind, by, counterId, from, to, recipient = '' } = item;
  const key = `custody.${kind}`;
  return (
    <>
      <span className="case-mono">#{item.seq}</span> {formatDateTime(item.at)}{' '}
      <b>{by?.displayName ?? item.recipient ?? text('custody.system')}</b>{' '}
      {isTextKey(key) ? text(key, { recipient }) : kind}{' '}
      <span className="case-faint">
        {counterId === undefined ? '' : (nameOf(counterId) ?? '')}{' '}
        {from === undefined || to === undefined ? '' : `${formatDateTime(from)} – ${formatTime(to)}`}
      </span>
    </>
  );
}

function isTextKey(key: string): key is keyof typeof vi {
  return Object.hasOwn(vi, key);
}
