import type { Case } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { z } from 'zod';
import { EmptyState, ErrorState, LoadingState, StateDot } from '../ui-kit/index.ts';
import { CaseDue } from './case-due.tsx';
import { CaseFilePage } from './case-file-page.tsx';
import { caseTone } from './case-words.ts';
import { casesApi } from './cases-api.ts';
import { useCaseText } from './i18n/index.ts';
import './cases.css';

const searchSchema = z.object({ id: z.uuid().optional().catch(undefined) });

/** The cases one works on; with an id in the address, one of them. */
export function CasesPage() {
  const { id } = searchSchema.parse(useSearch({ strict: false }));
  return id === undefined ? <CaseList /> : <CaseFilePage key={id} id={id} />;
}

function CaseList() {
  const text = useCaseText();
  const query = useQuery({
    queryKey: ['cases'],
    queryFn: ({ signal }) => casesApi.list(signal),
    refetchInterval: 30_000,
  });
  return (
    <div className="case-page">
      <h1>{text('title')}</h1>
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <EmptyState title={text('list.empty')}>{text('list.empty-lead')}</EmptyState>
      ) : (
        <ul className="case-list">
          {query.data.map((one) => (
            <li key={one.id}>
              <Row one={one} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ one }: { readonly one: Case }) {
  const text = useCaseText();
  return (
    <article className="case-card">
      <Link to="/cases" search={{ id: one.id }}>
        <b>{one.number}</b> {one.title}
      </Link>
      <p>
        <StateDot tone={caseTone[one.state]} word={text(`state.${one.state}`)} />{' '}
        <span className="case-faint">{text('list.complaints', { count: one.complaints })}</span>{' '}
        <CaseDue one={one} />
      </p>
    </article>
  );
}
