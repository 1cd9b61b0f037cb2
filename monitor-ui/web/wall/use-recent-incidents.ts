import type { Incident } from '@minhbach/shared/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, realtime, useRealtimeEvent } from '../app/index.ts';

const shownIncidents = 30;
const queryKey = ['incidents', 'recent'] as const;

/** Newest first, one entry per incident: a change (higher `seq`) replaces what was there. */
export function mergeIncidents(known: readonly Incident[], news: readonly Incident[]): readonly Incident[] {
  const byId = new Map(known.map((incident) => [incident.id, incident]));
  for (const incident of news) {
    if (incident.seq > (byId.get(incident.id)?.seq ?? -1)) byId.set(incident.id, incident);
  }
  return [...byId.values()].sort((a, b) => b.createdAt - a.createdAt).slice(0, shownIncidents);
}

/** Recent incidents, live. Socket.IO may lose events, so every reconnect asks for what came after the last one seen. */
export function useRecentIncidents() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const { items } = await api.get<{ readonly items: readonly Incident[] }>('/incidents', {
        query: { limit: shownIncidents },
        signal,
      });
      return mergeIncidents([], items);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const take = (news: readonly Incident[]) =>
    queries.setQueryData<readonly Incident[]>(queryKey, (known) => mergeIncidents(known ?? [], news));
  useRealtimeEvent('incident', (incident) => take([incident]));
  useEffect(() => {
    const connection = realtime();
    const catchUp = () => {
      const known = queries.getQueryData<readonly Incident[]>(queryKey);
      if (known === undefined) return;
      const afterSeq = Math.max(0, ...known.map(({ seq }) => seq));
      connection.emit('catchUp', { afterSeq }, (answer) => {
        if ('incidents' in answer) {
          queries.setQueryData<readonly Incident[]>(queryKey, (now) =>
            mergeIncidents(now ?? [], answer.incidents),
          );
        }
      });
    };
    connection.on('connect', catchUp);
    return () => {
      connection.off('connect', catchUp);
    };
  }, [queries]);
  return query;
}
