import { TextInput } from '@mantine/core';
import type { Reconciliation } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, serverClock, useCounters } from '../../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui-kit/index.ts';
import { dayOf } from '../completeness/month-days.ts';
import { CounterSelect } from '../counter-select.tsx';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesSearch } from '../page-search.ts';
import { SectionHead } from '../section-head.tsx';
import { ServiceList } from './service-list.tsx';
import './reconciliation.css';

const dayMs = 86_400_000;

/** What a counter served on a day against the picture and sound there is of it. */
export function ReconciliationSection() {
  const text = useOfficesText();
  const counters = useCounters();
  const [search, setSearch] = useOfficesSearch();
  const [today] = useState(() => dayOf(serverClock.now() ?? Date.now()));
  const [date, setDate] = useState(today);
  const counter = counters.data?.find(({ id }) => id === search.counter) ?? counters.data?.[0];
  return (
    <section className="offices-section">
      <SectionHead title={text('reconciliation.title')} lead={text('reconciliation.lead')} />
      {counters.isPending ? <LoadingState /> : null}
      {counters.isError ? <ErrorState error={counters.error} retry={() => void counters.refetch()} /> : null}
      {counters.data === undefined ? null : counter === undefined ? (
        <EmptyState title={text('completeness.empty')} />
      ) : (
        <>
          <div className="reconciliation-choice">
            <CounterSelect
              value={counter.id}
              onChoose={(id) => setSearch({ tab: 'reconciliation', counter: id })}
            />
            <TextInput
              type="date"
              label={text('reconciliation.day')}
              max={today}
              value={date}
              onChange={(event) => setDate(event.currentTarget.value)}
            />
          </div>
          {Number.isNaN(Date.parse(date)) ? null : (
            <CounterDay key={`${counter.id} ${date}`} counterId={counter.id} date={date} />
          )}
        </>
      )}
    </section>
  );
}

function CounterDay({ counterId, date }: { readonly counterId: string; readonly date: string }) {
  const text = useOfficesText();
  const from = Date.parse(`${date}T00:00:00+07:00`);
  const day = useQuery({
    queryKey: ['reconciliation', counterId, date],
    queryFn: ({ signal }) =>
      api.get<Reconciliation>('/reconciliation', { query: { counterId, from, to: from + dayMs }, signal }),
    refetchInterval: 60_000,
  });
  if (day.isPending) return <LoadingState />;
  if (day.isError) return <ErrorState error={day.error} retry={() => void day.refetch()} />;
  if (day.data.served === 0) {
    return <EmptyState title={text('reconciliation.none')}>{text('reconciliation.none-lead')}</EmptyState>;
  }
  const { served, whole, noSound, noPicture, missing, running } = day.data;
  const sentence = [
    text('reconciliation.served', { count: served }),
    text('reconciliation.whole', { count: whole }),
    ...(noSound === 0 ? [] : [text('reconciliation.no-sound', { count: noSound })]),
    ...(noPicture === 0 ? [] : [text('reconciliation.no-picture', { count: noPicture })]),
    ...(missing === 0 ? [] : [text('reconciliation.missing', { count: missing })]),
    ...(running === 0 ? [] : [text('reconciliation.running', { count: running })]),
  ].join(', ');
  return (
    <>
      <p className="reconciliation-sentence" role="status">
        {sentence}
      </p>
      <ServiceList items={day.data.items} asOf={day.data.asOf} />
    </>
  );
}
