import { TextInput } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { useOfficesText } from './i18n/index.ts';

const shownAtMost = 200;
const filterFrom = 8;

/** A list in all its states: loading, failed, empty, with a filter when long, and cut short with a word when too long. */
export function RecordList<Item>({
  query,
  empty,
  words,
  children,
}: {
  readonly query: UseQueryResult<readonly Item[]>;
  readonly empty: ReactNode;
  /** What the filter looks in. */
  readonly words: (item: Item) => string;
  readonly children: (items: readonly Item[]) => ReactNode;
}) {
  const text = useOfficesText();
  const [filter, setFilter] = useState('');
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (query.data.length === 0) return <>{empty}</>;
  const wanted = folded(filter.trim());
  const matching = query.data.filter((item) => folded(words(item)).includes(wanted));
  return (
    <>
      {query.data.length < filterFrom ? null : (
        <TextInput
          className="offices-filter"
          type="search"
          label={text('filter')}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      {matching.length > shownAtMost ? (
        <p role="status" className="offices-note">
          {text('filter.too-many', { count: matching.length, shown: shownAtMost })}
        </p>
      ) : null}
      {matching.length === 0 ? (
        <EmptyState title={text('filter.none')} />
      ) : (
        children(matching.slice(0, shownAtMost))
      )}
    </>
  );
}

/** Typed without marks, "quay dat" finds "Quầy Đất". */
function folded(words: string): string {
  return words.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd');
}
