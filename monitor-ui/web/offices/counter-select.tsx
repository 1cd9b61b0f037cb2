import { Select } from '@mantine/core';
import { useCounters, useSites } from '../app/index.ts';
import { useOfficesText } from './i18n/index.ts';

/** A counter in sight, by site. */
export function CounterSelect({
  value,
  onChoose,
}: {
  readonly value: string | null;
  readonly onChoose: (counterId: string | undefined) => void;
}) {
  const text = useOfficesText();
  const counters = useCounters();
  const sites = useSites();
  const groups = (sites.data ?? []).map((site) => ({
    group: site.name,
    items: (counters.data ?? [])
      .filter(({ siteId }) => siteId === site.id)
      .map(({ id, name }) => ({ value: id, label: name })),
  }));
  return (
    <Select
      className="offices-filter"
      label={text('duty.counter')}
      searchable
      allowDeselect={false}
      data={groups}
      value={value}
      onChange={(id) => onChoose(id ?? undefined)}
    />
  );
}
