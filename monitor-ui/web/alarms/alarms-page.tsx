import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useRealtimeConnected, useSites } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState, StateDot } from '../ui-kit/index.ts';
import { AlarmFilters } from './alarm-filters.tsx';
import { AlarmPanel } from './alarm-panel.tsx';
import { AlarmRow } from './alarm-row.tsx';
import { CameraBanner } from './camera-banner.tsx';
import './alarms.css';
import { useAlarmText } from './i18n/index.ts';
import { mostAlarms, useAlarms } from './use-alarms.ts';
import { usePlaceName } from './use-place-name.ts';

export interface AlarmSearch {
  /** `open` when absent. */
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly site?: string | undefined;
  readonly owner?: string | undefined;
  readonly alarm?: string | undefined;
}
const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function useAlarmSearch(): readonly [AlarmSearch, (search: AlarmSearch) => void] {
  const raw: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const search: AlarmSearch = {
    state: word(raw['state']),
    kind: word(raw['kind']),
    site: word(raw['site']),
    owner: word(raw['owner']),
    alarm: word(raw['alarm']),
  };
  return [search, (next) => void navigate({ to: '/alarms', search: { ...next }, replace: true })];
}

/** All that somebody must own within the person's sight, kept fresh while looked at. */
export function AlarmsPage() {
  const text = useAlarmText();
  const [{ alarm: chosenId, ...filters }, setSearch] = useAlarmSearch();
  const state = filters.state ?? 'open';
  const query = useAlarms({
    ...(state === 'all' ? {} : { state }),
    ...(filters.kind === undefined ? {} : { kind: filters.kind }),
    ...(filters.site === undefined ? {} : { siteId: filters.site }),
    ...(filters.owner === undefined ? {} : { owner: filters.owner }),
  });
  const placeName = usePlaceName();
  const sites = useSites().data ?? [];
  const connected = useRealtimeConnected();
  const alarms = query.data?.alarms ?? [];
  const chosen = alarms.find(({ id }) => id === chosenId);
  const narrowed = Object.values(filters).some((value) => value !== undefined && value !== 'open');
  return (
    <div className="alarms-page">
      <CameraBanner />
      <header>
        <h1>{text('title')}</h1>
        <span className="alarm-faint" role="status">
          {query.isSuccess ? text('count', { count: alarms.length }) : ''}
        </span>
        <StateDot tone={connected ? 'watch' : 'warn'} word={text(connected ? 'live' : 'live-off')} />
      </header>
      <AlarmFilters
        values={filters}
        sites={sites}
        onChange={(next) => setSearch({ ...next, alarm: chosenId })}
      />
      {query.data?.tooMany === true ? (
        <p className="alarms-many" role="status">
          {text('too-many', { count: mostAlarms })}
        </p>
      ) : null}
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : alarms.length === 0 ? (
        <EmptyState title={text(narrowed ? 'no-match' : 'empty')}>
          {narrowed ? undefined : text('empty.lead')}
        </EmptyState>
      ) : (
        <div className={`alarms-body ${chosen === undefined ? '' : 'alarms-body-open'}`}>
          <ul className="alarms-list" aria-label={text('title')}>
            {alarms.map((alarm) => (
              <li key={alarm.id}>
                <AlarmRow
                  alarm={alarm}
                  place={placeName(alarm)}
                  chosen={alarm.id === chosenId}
                  onOpen={() => setSearch({ ...filters, alarm: alarm.id })}
                />
              </li>
            ))}
          </ul>
          {chosen === undefined ? null : (
            <ScrolledTo key={chosen.id}>
              <AlarmPanel
                alarm={chosen}
                place={placeName(chosen)}
                onClose={() => setSearch(filters)}
                onChanged={(alarm) => query.take([alarm])}
              />
            </ScrolledTo>
          )}
        </div>
      )}
    </div>
  );
}

/** On a phone the panel lies below the list: bring it into sight when it opens. */
function ScrolledTo({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), []);
  return <div ref={place}>{children}</div>;
}
