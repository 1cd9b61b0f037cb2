import type { Counter, Recorder, Site, Source, Unit } from '@minhbach/shared/protocol';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api.ts';
import { useRealtimeEvent } from './realtime.ts';

const listQuery = <Item>(path: string, refetchIntervalMs: number | false = false) =>
  queryOptions({
    queryKey: [path],
    queryFn: ({ signal }) => api.all<Item>(path, { signal }),
    refetchInterval: refetchIntervalMs,
  });

export const unitsQuery = listQuery<Unit>('/units');
export const sitesQuery = listQuery<Site>('/sites');
/** Asked again now and then too: Socket.IO events may be lost. */
export const countersQuery = listQuery<Counter>('/counters', 15_000);
export const recordersQuery = listQuery<Recorder>('/recorders', 15_000);

export const useUnits = () => useQuery(unitsQuery);
export const useSites = () => useQuery(sitesQuery);
export const useRecorders = () => useQuery(recordersQuery);
export const useCounters = () => useQuery(countersQuery);

/** Keeps the cached counters and recorders at what the server announces. Once per page is enough. */
export function useFleetAnnouncements(): void {
  const queries = useQueryClient();
  useRealtimeEvent('sourceState', (source) => {
    queries.setQueryData<readonly Counter[]>(countersQuery.queryKey, (counters) =>
      counters?.map((counter) =>
        counter.id === source.counterId
          ? { ...counter, sources: withSource(counter.sources, source) }
          : counter,
      ),
    );
  });
  useRealtimeEvent('recorderState', ({ id, online }) => {
    queries.setQueryData<readonly Recorder[]>(recordersQuery.queryKey, (recorders) =>
      recorders?.map((recorder) => (recorder.id === id ? { ...recorder, online } : recorder)),
    );
  });
}

function withSource(sources: readonly Source[], source: Source): Source[] {
  return sources.some((other) => other.id === source.id)
    ? sources.map((other) => (other.id === source.id ? source : other))
    : [...sources, source];
}
