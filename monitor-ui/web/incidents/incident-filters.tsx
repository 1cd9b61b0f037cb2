import { Button, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useIncidentText } from './i18n/index.ts';
import { categories, severities } from './incident-words.ts';

export interface FilterValues {
  readonly q?: string | undefined;
  readonly counter?: string | undefined;
  readonly category?: string | undefined;
  readonly severity?: string | undefined;
  readonly period?: string | undefined;
}
export const periods = ['today', 'week', 'month', 'all'] as const;

export function IncidentFilters({
  values,
  counters,
  onChange,
}: {
  readonly values: FilterValues;
  readonly counters: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (values: FilterValues) => void;
}) {
  const text = useIncidentText();
  const set = (change: FilterValues) => onChange({ ...values, ...change });
  const filtered = Object.values(values).some((value) => value !== undefined && value !== '');
  return (
    <div className="incident-filters" role="search">
      <TextInput
        aria-label={text('filter.search')}
        placeholder={text('filter.search')}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={values.q ?? ''}
        onChange={(event) =>
          set({ q: event.currentTarget.value === '' ? undefined : event.currentTarget.value })
        }
      />
      <Select
        aria-label={text('filter.counter')}
        placeholder={text('filter.counter')}
        data={[...counters]}
        value={values.counter ?? null}
        onChange={(counter) => set({ counter: counter ?? undefined })}
        searchable
        clearable
      />
      <Select
        aria-label={text('filter.category')}
        placeholder={text('filter.category')}
        data={categories.map((value) => ({ value, label: text(`category.${value}`) }))}
        value={values.category ?? null}
        onChange={(category) => set({ category: category ?? undefined })}
        clearable
      />
      <Select
        aria-label={text('filter.severity')}
        placeholder={text('filter.severity')}
        data={severities.map((value) => ({ value, label: text(`severity.${value}`) }))}
        value={values.severity ?? null}
        onChange={(severity) => set({ severity: severity ?? undefined })}
        clearable
      />
      <Select
        aria-label={text('filter.period')}
        data={periods.map((value) => ({ value, label: text(`period.${value}`) }))}
        value={values.period ?? 'all'}
        onChange={(period) => set({ period: period === 'all' || period === null ? undefined : period })}
        allowDeselect={false}
      />
      <Button variant="subtle" disabled={!filtered} onClick={() => onChange({})}>
        {text('filter.clear')}
      </Button>
    </div>
  );
}
