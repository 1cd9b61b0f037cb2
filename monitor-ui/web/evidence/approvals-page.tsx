import type { Approval } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { ApprovalCard } from './approval-card.tsx';
import { useEvidenceText } from './i18n/index.ts';
import './evidence.css';

/** What waits for a second key first, then what was decided. */
export function ApprovalsPage() {
  const text = useEvidenceText();
  const query = useQuery({
    queryKey: ['approvals'],
    queryFn: ({ signal }) => api.all<Approval>('/approvals', { signal }),
    refetchInterval: 5_000,
  });
  const waitingFirst = (query.data ?? []).toSorted(
    (a, b) => Number(b.state === 'waiting') - Number(a.state === 'waiting'),
  );
  return (
    <div className="evidence-page">
      <header>
        <h1>{text('approvals.title')}</h1>
        <p className="evidence-faint">{text('approvals.lead')}</p>
      </header>
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : waitingFirst.length === 0 ? (
        <EmptyState title={text('approvals.empty')} />
      ) : (
        <ul className="evidence-list">
          {waitingFirst.map((approval) => (
            <li key={approval.id}>
              <ApprovalCard approval={approval} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
