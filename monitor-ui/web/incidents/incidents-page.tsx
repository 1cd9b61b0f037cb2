import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { serverClock, useRealtimeConnected, useCounterNames } from '../app/index.ts';
import { startOfLocalDay, dayMs } from '../timeline/index.ts';
import { EmptyState, ErrorState, LoadingState, StateDot } from '../ui-kit/index.ts';
import { useIncidentText } from './i18n/index.ts';
import { IncidentDrawer } from './incident-drawer.tsx';
import { IncidentFilters, type FilterValues } from './incident-filters.tsx';
import { IncidentTable } from './incident-table.tsx';
import { mostIncidents, useIncidents } from './use-incidents.ts';
import './incidents.css';

interface Search extends FilterValues {
  readonly incident?: string | undefined;
}
const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function useIncidentSearch(): readonly [Search, (search: Search) => void] {
  const raw: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const search: Search = {
    q: word(raw['q']),
    counter: word(raw['counter']),
    category: word(raw['category']),
    severity: word(raw['severity']),
    period: word(raw['period']),
    incident: word(raw['incident']),
  };
  return [search, (next) => void navigate({ to: '/incidents', search: { ...next }, replace: true })];
}

/** Everything that was bookmarked within the person's sight, kept fresh while looked at. */
export function IncidentsPage() {
  const text = useIncidentText();
  const [{ incident: chosenId, ...filters }, setSearch] = useIncidentSearch();
  const words = useDebouncedValue(filters.q?.trim() ?? '', 400)[0];
  const query = useIncidents({
    counterId: filters.counter,
    category: filters.category,
    from: sinceOf(filters.period),
    ...(words === '' ? {} : { q: words }),
  });
  const { nameOf, placeOf, options } = useCounterNames();
  const connected = useRealtimeConnected();
  const all = query.data?.incidents ?? [];
  const shown = all.filter(({ severity }) => filters.severity === undefined || severity === filters.severity);
  const filtered = Object.values(filters).some((value) => value !== undefined);
  const chosen = all.find(({ id }) => id === chosenId);
  return (
    <div className="incidents-page">
      <header>
        <h1>{text('title')}</h1>
        <span className="incident-faint" role="status">
          {query.isSuccess
            ? shown.length === all.length
              ? text('count.one', { count: all.length })
              : text('count.some', { shown: shown.length, count: all.length })
            : ''}
        </span>
        <StateDot tone={connected ? 'watch' : 'warn'} word={text(connected ? 'live' : 'live-off')} />
      </header>
      <IncidentFilters
        values={filters}
        counters={options}
        onChange={(next) => setSearch({ ...next, incident: chosenId })}
      />
      {query.data?.tooMany === true ? (
        <p className="incident-many">{text('too-many', { count: mostIncidents })}</p>
      ) : null}
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : all.length === 0 && !filtered ? (
        <EmptyState title={text('empty')}>{text('empty.lead')}</EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState title={text('no-match')} />
      ) : (
        <IncidentTable
          incidents={shown}
          chosenId={chosenId}
          placeOf={placeOf}
          onOpen={(incident) => setSearch({ ...filters, incident: incident.id })}
        />
      )}
      <IncidentDrawer
        incident={chosen}
        counterName={chosen === undefined ? undefined : nameOf(chosen.counterId)}
        onClose={() => setSearch(filters)}
        onChanged={(incident) => query.take([incident])}
      />
    </div>
  );
}

function sinceOf(period: string | undefined): number | undefined {
  const now = serverClock.now();
  if (now === undefined) return undefined;
  const today = startOfLocalDay(now);
  return { today, week: today - 6 * dayMs, month: today - 29 * dayMs }[period ?? 'all'];
}
