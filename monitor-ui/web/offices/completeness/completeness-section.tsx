import { Button, Group } from '@mantine/core';
import type { DutyHole } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { serverClock, useCounters, useMay } from '../../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui-kit/index.ts';
import { CounterSelect } from '../counter-select.tsx';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesSearch } from '../page-search.ts';
import { SectionHead } from '../section-head.tsx';
import { monthQuery } from './completeness-queries.ts';
import './completeness.css';
import { DayCard } from './day-card.tsx';
import { ExplainForm } from './explain-form.tsx';
import { dayOf, daysOf, monthOf, otherMonth, shownMonth } from './month-days.ts';
import { MonthGrid } from './month-grid.tsx';
import { WaitingList } from './waiting-list.tsx';

/** What became of each counter's duty, day by day. */
export function CompletenessSection() {
  const text = useOfficesText();
  const counters = useCounters();
  const [search, setSearch] = useOfficesSearch();
  const counter = counters.data?.find(({ id }) => id === search.counter) ?? counters.data?.[0];
  return (
    <section className="offices-section">
      <SectionHead title={text('completeness.title')} lead={text('completeness.lead')} />
      {counters.isPending ? <LoadingState /> : null}
      {counters.isError ? <ErrorState error={counters.error} retry={() => void counters.refetch()} /> : null}
      {counters.data === undefined ? null : counter === undefined ? (
        <EmptyState title={text('completeness.empty')} />
      ) : (
        <>
          <CounterSelect
            value={counter.id}
            onChoose={(id) => setSearch({ tab: 'completeness', counter: id })}
          />
          <CounterMonth key={counter.id} counterId={counter.id} />
        </>
      )}
    </section>
  );
}

function CounterMonth({ counterId }: { readonly counterId: string }) {
  const text = useOfficesText();
  const mayExplain = useMay('gaps.explain');
  const mayRead = useMay('gaps.read');
  const [today] = useState(() => serverClock.now() ?? Date.now());
  const [month, setMonth] = useState(() => monthOf(today));
  const [date, setDate] = useState(() => dayOf(today));
  const [hole, setHole] = useState<DutyHole>();
  const dates = daysOf(month);
  const days = useQuery(monthQuery(counterId, dates[0] ?? '', dates.at(-1) ?? ''));
  const go = (by: number) => {
    const next = otherMonth(month, by);
    setMonth(next);
    setDate(daysOf(next)[0] ?? date);
  };
  return (
    <>
      {mayRead ? <WaitingList counterId={counterId} /> : null}
      <div className="completeness">
        <div>
          <Group justify="space-between" wrap="nowrap">
            <Button variant="default" aria-label={text('completeness.before')} onClick={() => go(-1)}>
              ‹
            </Button>
            <h3>{shownMonth(month)}</h3>
            <Button
              variant="default"
              aria-label={text('completeness.after')}
              disabled={month >= monthOf(today)}
              onClick={() => go(1)}
            >
              ›
            </Button>
          </Group>
          {days.isPending ? <LoadingState /> : null}
          {days.isError ? <ErrorState error={days.error} retry={() => void days.refetch()} /> : null}
          {days.data === undefined ? null : (
            <MonthGrid month={month} days={days.data} chosen={date} onChoose={setDate} />
          )}
          <p className="offices-note">{text('completeness.legend')}</p>
        </div>
        <DayCard counterId={counterId} date={date} onExplain={mayExplain ? setHole : undefined} />
      </div>
      {hole === undefined ? null : (
        <ExplainForm counterId={counterId} hole={hole} onClose={() => setHole(undefined)} />
      )}
    </>
  );
}
