import { Select } from '@mantine/core';
import { complaintStateSchema, type Complaint } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCounterNames } from '../app/index.ts';
import {
  EmptyState,
  ErrorState,
  formatDate,
  formatDateTime,
  LoadingState,
  StateDot,
} from '../ui-kit/index.ts';
import { complaintsApi, shownComplaints } from './complaints-api.ts';
import { stateTone } from './complaint-words.ts';
import { useComplaintText } from './i18n/index.ts';

export function ComplaintList({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const text = useComplaintText();
  const [state, setState] = useState<string>();
  const query = useQuery({
    queryKey: ['complaints', state],
    queryFn: ({ signal }) => complaintsApi.list(state, signal),
    refetchInterval: 10_000,
  });
  return (
    <section className="complaints-list">
      <Select
        label={text('list.state')}
        placeholder={text('list.all')}
        data={complaintStateSchema.options.map((value) => ({ value, label: text(`state.${value}`) }))}
        value={state ?? null}
        onChange={(value) => setState(value ?? undefined)}
        clearable
      />
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <EmptyState title={text('list.empty')} />
      ) : (
        <>
          <ul className="complaints-found">
            {query.data.items.map((complaint) => (
              <li key={complaint.id}>
                <Row complaint={complaint} onOpen={() => onOpen(complaint.id)} />
              </li>
            ))}
          </ul>
          {query.data.nextCursor === undefined ? null : (
            <p className="complaints-faint">{text('list.too-many', { count: shownComplaints })}</p>
          )}
        </>
      )}
    </section>
  );
}

function Row({ complaint, onOpen }: { readonly complaint: Complaint; readonly onOpen: () => void }) {
  const text = useComplaintText();
  const { nameOf } = useCounterNames();
  const { counterId, happenedFrom, content, clips } = complaint;
  return (
    <article className="complaints-card">
      <header>
        <button type="button" onClick={onOpen}>
          <b>{text(`kind.${complaint.kind}`)}</b> {content?.text.slice(0, 140) ?? text('detail.secret')}
        </button>
        <StateDot tone={stateTone[complaint.state]} word={text(`state.${complaint.state}`)} />
      </header>
      <p className="complaints-faint">
        {[
          counterId === undefined ? undefined : nameOf(counterId),
          happenedFrom === undefined ? undefined : formatDateTime(happenedFrom),
          text(`channel.${complaint.channel}`),
          text('detail.terms', {
            ...{ accept: formatDate(complaint.acceptBy - 1), answer: formatDate(complaint.answerBy - 1) },
          }),
        ]
          .filter((part) => part !== undefined)
          .join(' · ')}
      </p>
      {clips.length === 0 ? (
        <StateDot tone="warn" word={text('detail.no-place')} />
      ) : (
        <StateDot tone="held" word={text('clip.held')} />
      )}
    </article>
  );
}
