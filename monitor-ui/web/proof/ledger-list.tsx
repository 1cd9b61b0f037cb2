import type { Ledger } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/index.ts';
import { ErrorState, formatDateTime, LoadingState } from '../ui-kit/index.ts';
import { useProofText } from './i18n/index.ts';

/** Every ledger with its newest head, kept fresh while looked at. */
export function LedgerList() {
  const query = useQuery({
    queryKey: ['ledgers'],
    queryFn: ({ signal }) => api.all<Ledger>('/ledgers', { signal }),
    refetchInterval: 10_000,
  });
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <ul className="proof-list">
      {query.data.map((ledger) => (
        <li key={ledger.id}>
          <LedgerCard ledger={ledger} />
        </li>
      ))}
    </ul>
  );
}

function LedgerCard({ ledger }: { readonly ledger: Ledger }) {
  const text = useProofText();
  const { head } = ledger;
  const name = ledger.kind === 'monitor' ? text('ledger.monitor') : (ledger.name ?? ledger.id);
  return (
    <article className="proof-card">
      <header>
        <h3>{name}</h3>
        {ledger.generation > 0 ? (
          <span>{text('ledger.generation', { generation: ledger.generation })}</span>
        ) : null}
      </header>
      <dl>
        <dt>{text('ledger.entries')}</dt>
        <dd>{ledger.size}</dd>
        {head === undefined ? (
          <dd className="proof-wide proof-warning">{text('ledger.no-head')}</dd>
        ) : (
          <>
            <dt>{text('ledger.covered')}</dt>
            <dd>{head.size}</dd>
            <dt>{text('ledger.signed-at')}</dt>
            <dd>{formatDateTime(head.signedAt)}</dd>
            <dt>{text('ledger.signed-by')}</dt>
            <dd>
              {head.signedBy.map((signer) => (
                <code key={signer}>{signer}</code>
              ))}
              {head.signedBy.length < 2 ? (
                <span className="proof-warning">{text('ledger.self-only')}</span>
              ) : null}
            </dd>
            <dt>{text('ledger.root')}</dt>
            <dd>
              <code>{head.root}</code>
            </dd>
          </>
        )}
      </dl>
      {head === undefined ? null : (
        <a href={`/api/v1/ledgers/${ledger.id}/checkpoint`} download={`${ledger.id}-checkpoint.json`}>
          {text('ledger.download')}
        </a>
      )}
    </article>
  );
}
