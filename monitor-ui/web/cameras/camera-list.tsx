import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Counter, Source } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { CameraBanner } from '../alarms/index.ts';
import { useCounters, useMay, useRecorders, useSites } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { folded, healthOf, needsAttention } from './attention.ts';
import { CounterCard } from './counter-card.tsx';
import { useCamerasText } from './i18n/index.ts';
import type { CamerasSearch, Go } from './page-search.ts';
import { RetireDialog } from './retire-dialog.tsx';

const shownAtMost = 100;
const filterFrom = 6;

export function CameraList({ search, go }: { readonly search: CamerasSearch; readonly go: Go }) {
  const text = useCamerasText();
  const counters = useCounters();
  const recorders = useRecorders();
  const sites = useSites();
  const mayAdd = useMay('sources.register');
  const [filter, setFilter] = useState('');
  const [retiring, setRetiring] = useState<{ readonly source: Source; readonly counter: Counter }>();

  if (counters.isPending) return <LoadingState />;
  if (counters.isError) {
    return <ErrorState error={counters.error} retry={() => void counters.refetch()} />;
  }
  const siteName = (id: string) => sites.data?.find((site) => site.id === id)?.name ?? '';
  const known = recorders.data ?? [];
  const attention = counters.data.filter((counter) => needsAttention(healthOf(counter, known)));
  const show = search.show ?? 'all';
  const wanted = folded(filter.trim());
  const matching = (show === 'attention' ? attention : counters.data).filter((counter) =>
    folded(
      [counter.name, siteName(counter.siteId), ...counter.sources.map(({ name }) => name)].join(' '),
    ).includes(wanted),
  );
  const nothing =
    wanted !== '' ? (
      <EmptyState title={text('filter.none')} />
    ) : show === 'attention' && counters.data.length > 0 ? (
      <EmptyState title={text('filter.all-well')}>{text('filter.all-well-text')}</EmptyState>
    ) : (
      <EmptyState title={text('empty.title')}>{text('empty.text')}</EmptyState>
    );
  return (
    <div className="cameras">
      <CameraBanner />
      <div className="cameras-head">
        <div>
          <h1>{text('page.title')}</h1>
          <p>{text('page.lead')}</p>
        </div>
        {mayAdd && counters.data.length > 0 ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => go({ add: 'recorder' })}>
            {text('add')}
          </Button>
        ) : null}
      </div>
      <div className="cameras-filters">
        <SegmentedControl
          aria-label={text('filter.label')}
          value={show}
          onChange={(value) => go({ show: value === 'attention' ? 'attention' : undefined })}
          data={[
            { value: 'all', label: `${text('filter.all')} · ${counters.data.length}` },
            { value: 'attention', label: `${text('filter.attention')} · ${attention.length}` },
          ]}
        />
        {counters.data.length < filterFrom ? null : (
          <TextInput
            type="search"
            aria-label={text('filter.text')}
            placeholder={text('filter.text')}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        )}
      </div>
      {matching.length > shownAtMost ? (
        <p role="status">{text('too-many', { count: matching.length, shown: shownAtMost })}</p>
      ) : null}
      {matching.length === 0
        ? nothing
        : matching
            .slice(0, shownAtMost)
            .map((counter) => (
              <CounterCard
                key={counter.id}
                counter={counter}
                siteName={siteName(counter.siteId)}
                recorders={known}
                onAdd={() => go({ add: 'recorder', counter: counter.id })}
                onAim={(source) => go({ add: 'aim', source: source.id })}
                onRetire={(source) => setRetiring({ source, counter })}
              />
            ))}
      {retiring === undefined ? null : <RetireDialog {...retiring} onClose={() => setRetiring(undefined)} />}
    </div>
  );
}
