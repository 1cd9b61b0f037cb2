import type { Export } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { ExportCard } from './export-card.tsx';
import { useEvidenceText } from './i18n/index.ts';
import './evidence.css';

const exportsKey = ['exports'] as const;

/** Packages that were asked for, kept fresh while looked at. */
export function ExportsPage() {
  const text = useEvidenceText();
  const query = useQuery({
    queryKey: exportsKey,
    queryFn: ({ signal }) => api.all<Export>('/exports', { signal }),
    refetchInterval: 3_000,
  });
  return (
    <div className="evidence-page">
      <header>
        <h1>{text('exports.title')}</h1>
        <p className="evidence-faint">{text('exports.lead')}</p>
      </header>
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <EmptyState title={text('exports.empty')}>{text('exports.empty-lead')}</EmptyState>
      ) : (
        <ul className="evidence-list">
          {query.data.map((item) => (
            <li key={item.id}>
              <ExportCard item={item} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
