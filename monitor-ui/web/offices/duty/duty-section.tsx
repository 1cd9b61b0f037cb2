import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCounters, useSites } from '../../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesSearch } from '../page-search.ts';
import { SectionHead } from '../section-head.tsx';
import { DutyEditor } from './duty-editor.tsx';
import { dutyQuery } from './duty-query.ts';

export function DutySection() {
  const text = useOfficesText();
  const counters = useCounters();
  const sites = useSites();
  const [search, setSearch] = useOfficesSearch();
  const counter = counters.data?.find(({ id }) => id === search.counter);
  const groups = (sites.data ?? []).map((site) => ({
    group: site.name,
    items: (counters.data ?? [])
      .filter(({ siteId }) => siteId === site.id)
      .map(({ id, name }) => ({ value: id, label: name })),
  }));
  return (
    <section className="offices-section">
      <SectionHead title={text('duty.title')} lead={text('duty.lead')} />
      {counters.isPending ? <LoadingState /> : null}
      {counters.isError ? <ErrorState error={counters.error} retry={() => void counters.refetch()} /> : null}
      {counters.data === undefined ? null : (
        <Select
          className="offices-filter"
          label={text('duty.counter')}
          searchable
          allowDeselect={false}
          data={groups}
          value={counter?.id ?? null}
          onChange={(id) => setSearch({ tab: 'duty', counter: id ?? undefined })}
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
