import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { Counter } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useCounters, useSites } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';

/** The page without a counter: which one? */
export function CounterPicker({ onPick }: { readonly onPick: (counter: Counter) => void }) {
  const text = usePlaybackText();
  const counters = useCounters();
  const sites = useSites().data ?? [];
  const [typed, setTyped] = useState('');
  if (counters.isPending) return <LoadingState />;
  if (counters.isError) return <ErrorState error={counters.error} retry={() => void counters.refetch()} />;
  if (counters.data.length === 0) return <EmptyState title={text('pick.no-counters')} />;
  const siteName = (id: string) => sites.find((site) => site.id === id)?.name ?? '';
  const wanted = typed.trim().toLowerCase();
  const found = counters.data.filter((counter) =>
    `${siteName(counter.siteId)} ${counter.name}`.toLowerCase().includes(wanted),
  );
  const siteNames = [...new Set(found.map(({ siteId }) => siteName(siteId)))];
  return (
    <div className="playback-picker">
      <h1>{text('pick.title')}</h1>
      <TextInput
        aria-label={text('pick.search')}
        placeholder={text('pick.search')}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoFocus
      />
      {found.length === 0 ? <p>{text('pick.none')}</p> : null}
      {siteNames.map((site) => (
        <section key={site}>
          <h2 className="section-title">{site}</h2>
          <ul>
            {found
              .filter(({ siteId }) => siteName(siteId) === site)
              .map((counter) => (
                <li key={counter.id}>
                  <button type="button" onClick={() => onPick(counter)}>
                    <b>{counter.name}</b>
                    <small>
                      {text('pick.sources', {
                        cameras: counter.sources.filter(({ kind }) => kind === 'camera').length,
                        microphones: counter.sources.filter(({ kind }) => kind === 'microphone').length,
                      })}
                    </small>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
