import type { Incident } from '@minhbach/shared/protocol';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { api, realtime, useRealtimeEvent } from '../app/index.ts';
import { matchesFilter, mergeIncidents, type IncidentFilter } from './incident-list.ts';

/** More than this is too many for a list; the page says so and asks to narrow. */
export const mostIncidents = 5000;
const pageSize = 500;

export interface IncidentList {
  readonly incidents: readonly Incident[];
  readonly tooMany: boolean;
}

/** Incidents kept fresh: Socket.IO may lose events, so every reconnect asks for what came after the last one seen. */
export function useIncidents(filter: IncidentFilter) {
  const queries = useQueryClient();
  const queryKey = ['incidents', 'list', filter];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => readIncidents(filter, signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  const take = (news: readonly Incident[]) =>
    queries.setQueryData<IncidentList>(queryKey, (list) => {
      if (list === undefined) return undefined;
      const known = new Set(list.incidents.map(({ id }) => id));
      const ours = news.filter((incident) => known.has(incident.id) || matchesFilter(incident, filter));
      return { ...list, incidents: mergeIncidents(list.incidents, ours) };
    });
  useRealtimeEvent('incident', (incident) => take([incident]));
  const catchUp = useEffectEvent(() => {
    const list = queries.getQueryData<IncidentList>(queryKey);
    if (list === undefined) return;
    const askAfter = (afterSeq: number) =>
      realtime().emit('catchUp', { afterSeq }, (answer) => {
        if (!('incidents' in answer)) return;
        take(answer.incidents);
        const last = answer.incidents.at(-1);
        if (last !== undefined && answer.incidents.length >= pageSize) askAfter(last.seq);
      });
    askAfter(list.incidents.reduce((newest, { seq }) => Math.max(newest, seq), 0));
  });
  useEffect(() => {
    const connection = realtime();
    const connected = () => catchUp();
    connection.on('connect', connected);
    return () => {
      connection.off('connect', connected);
    };
  }, []);
  return { ...query, take };
}

async function readIncidents(filter: IncidentFilter, signal: AbortSignal): Promise<IncidentList> {
  const incidents: Incident[] = [];
  let cursor: string | undefined;
  do {
    const page: { readonly items: readonly Incident[]; readonly nextCursor?: string } = await api.get(
      '/incidents',
      {
        query: { ...filter, limit: pageSize, cursor },
        signal,
      },
    );
    incidents.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && incidents.length < mostIncidents);
  return { incidents: mergeIncidents([], incidents), tooMany: cursor !== undefined };
}
