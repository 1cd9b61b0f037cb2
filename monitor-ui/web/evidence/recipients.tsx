import { Button } from '@mantine/core';
import type { ExportRecipient, ExportRecipientMade } from '@minhbach/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/index.ts';
import { ErrorState, formatDateTime, LoadingState, StateDot, useProblemText } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';
import { RecipientForm } from './recipient-form.tsx';
import { RecipientLink } from './recipient-link.tsx';

/** Who was handed a package, by a link that lives for a while; shown to the person who asked for it. */
export function Recipients({ exportId }: { readonly exportId: string }) {
  const text = useEvidenceText();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<ExportRecipientMade>();
  const queryKey = ['export-recipients', exportId];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api.get<{ items: readonly ExportRecipient[] }>(`/exports/${exportId}/recipients`, { signal }),
    refetchInterval: 10_000,
  });
  const refresh = () => queries.invalidateQueries({ queryKey });
  return (
    <section className="evidence-recipients" aria-label={text('recipients.title')}>
      <h3>{text('recipients.title')}</h3>
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <ul>
          {query.data.items.map((recipient) => (
            <li key={recipient.id}>
              <Recipient exportId={exportId} recipient={recipient} onChanged={() => void refresh()} />
            </li>
          ))}
        </ul>
      )}
      {made === undefined ? null : <RecipientLink made={made} onClose={() => setMade(undefined)} />}
      {adding ? (
        <RecipientForm
          exportId={exportId}
          onMade={(link) => {
            setMade(link);
            setAdding(false);
            void refresh();
          }}
          onClose={() => setAdding(false)}
        />
      ) : (
        <Button
          variant="default"
          size="sm"
          onClick={() => {
            setMade(undefined);
            setAdding(true);
          }}
        >
          {text('recipients.add')}
        </Button>
      )}
    </section>
  );
}

function Recipient({
  exportId,
  recipient,
  onChanged,
}: {
  readonly exportId: string;
  readonly recipient: ExportRecipient;
  readonly onChanged: () => void;
}) {
  const text = useEvidenceText();
  const problemText = useProblemText();
  const { id, name, purpose, state, expiresAt, fetches, mostFetches, lastFetchedAt } = recipient;
  const revoke = useMutation({
    mutationFn: () => api.post(`/exports/${exportId}/recipients/${id}/revoke`),
    onSettled: onChanged,
  });
  return (
    <>
      <div className="evidence-recipient">
        <b>{name}</b>
        <StateDot tone={state === 'open' ? 'watch' : 'plain'} word={text(`recipient.${state}`)} />
        {state === 'open' ? (
          <Button
            variant="subtle"
            size="compact-sm"
            loading={revoke.isPending}
            aria-label={text('recipients.revoke-of', { name })}
            onClick={() => revoke.mutate()}
          >
            {text('recipients.revoke')}
          </Button>
        ) : null}
      </div>
      <p>{purpose}</p>
      <p className="evidence-faint">
        {text('recipients.until', { time: formatDateTime(expiresAt) })}{' '}
        {text('recipients.fetches', { count: fetches, most: mostFetches })}
        {lastFetchedAt === undefined
          ? ''
          : ` ${text('recipients.last', { time: formatDateTime(lastFetchedAt) })}`}
      </p>
      {revoke.isError ? (
        <p className="evidence-fault" role="alert">
          ✕ {problemText(revoke.error)}
        </p>
      ) : null}
    </>
  );
}
