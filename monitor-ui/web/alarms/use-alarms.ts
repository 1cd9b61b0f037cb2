import type { Alarm } from '@minhbach/shared/protocol';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { api, realtime, useMe, useRealtimeEvent } from '../app/index.ts';
import { matchesFilter, mergeAlarms, type AlarmFilter } from './alarm-list.ts';

/** More than this is too many for a list; the page says so and asks to narrow. */
export const mostAlarms = 1000;
const pageSize = 500;
const listsKey = ['alarms', 'list'] as const;

export interface AlarmList {
  readonly alarms: readonly Alarm[];
  readonly tooMany: boolean;
}

/**
 * Alarms that fit the filter, kept fresh: Socket.IO may lose events, so every reconnect asks for what changed after the
 * newest change seen. What no longer fits leaves the list.
 */
export function useAlarms(filter: AlarmFilter) {
  const queries = useQueryClient();
  const personId = useMe().person.id;
  const queryKey = [...listsKey, filter];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => readAlarms(filter, signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  const take = (news: readonly Alarm[]) =>
    queries.setQueryData<AlarmList>(queryKey, (list) => {
      if (list === undefined) return undefined;
      const known = new Set(list.alarms.map(({ id }) => id));
      const ours = news.filter((alarm) => known.has(alarm.id) || matchesFilter(alarm, filter, personId));
      const alarms = mergeAlarms(list.alarms, ours);
      return { ...list, alarms: alarms.filter((alarm) => matchesFilter(alarm, filter, personId)) };
    });
  useRealtimeEvent('alarm', (alarm) => take([alarm]));
  const catchUp = useEffectEvent(() => {
    const list = queries.getQueryData<AlarmList>(queryKey);
    if (list === undefined) return;
    const askAfter = (afterSeq: number) =>
      realtime().emit('catchUpAlarms', { afterSeq }, (answer) => {
        if (!('alarms' in answer)) return;
        take(answer.alarms);
        const last = answer.alarms.at(-1);
        if (last !== undefined && answer.alarms.length >= pageSize) askAfter(last.seq);
      });
    askAfter(list.alarms.reduce((newest, { seq }) => Math.max(newest, seq), 0));
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

export type AlarmDeed =
  | { readonly deed: 'acknowledge' | 'own' }
  | { readonly deed: 'explain'; readonly text: string }
  | { readonly deed: 'close'; readonly reason: string | undefined };

/** What a person does with an alarm; the list shows it at once. */
export function useAlarmDeed(alarmId: string, onChanged: (alarm: Alarm) => void) {
  return useMutation({
    mutationFn: ({ deed, ...body }: AlarmDeed) => api.post<Alarm>(`/alarms/${alarmId}/${deed}`, body),
    onSuccess: onChanged,
  });
}

async function readAlarms(filter: AlarmFilter, signal: AbortSignal): Promise<AlarmList> {
  const alarms: Alarm[] = [];
  let cursor: string | undefined;
  do {
    const page: { readonly items: readonly Alarm[]; readonly nextCursor?: string } = await api.get(
      '/alarms',
      {
        query: { ...filter, limit: pageSize, cursor },
        signal,
      },
    );
    alarms.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && alarms.length < mostAlarms);
  return { alarms: mergeAlarms([], alarms), tooMany: cursor !== undefined };
}
