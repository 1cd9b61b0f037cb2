import { useQuery } from '@tanstack/react-query';
import { useCounters } from '../../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui-kit/index.ts';
import { CounterSelect } from '../counter-select.tsx';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesSearch } from '../page-search.ts';
import { SectionHead } from '../section-head.tsx';
import { DutyEditor } from './duty-editor.tsx';
import { dutyQuery } from './duty-query.ts';

export function DutySection() {
  const text = useOfficesText();
  const counters = useCounters();
  const [search, setSearch] = useOfficesSearch();
  const counter = counters.data?.find(({ id }) => id === search.counter);
  return (
    <section className="offices-section">
      <SectionHead title={text('duty.title')} lead={text('duty.lead')} />
      {counters.isPending ? <LoadingState /> : null}
      {counters.isError ? <ErrorState error={counters.error} retry={() => void counters.refetch()} /> : null}
      {counters.data === undefined ? null : (
        <CounterSelect
          value={counter?.id ?? null}
          onChoose={(id) => setSearch({ tab: 'duty', counter: id })}
        />
      )}
      {counter === undefined ? (
        <EmptyState title={text('duty.choose')}>{text('duty.choose-text')}</EmptyState>
      ) : (
        <CounterDuty key={counter.id} counterId={counter.id} name={counter.name} />
      )}
    </section>
  );
}

function CounterDuty({ counterId, name }: { readonly counterId: string; readonly name: string }) {
  const duty = useQuery(dutyQuery(counterId));
  if (duty.isPending) return <LoadingState />;
  if (duty.isError) return <ErrorState error={duty.error} retry={() => void duty.refetch()} />;
  return (
    <DutyEditor key={JSON.stringify(duty.data)} counterId={counterId} name={name} calendar={duty.data} />
  );
}
