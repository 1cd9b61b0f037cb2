import type { Notice, NoticeStanding } from '@minhbach/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/index.ts';

export const standingQuery = queryOptions({
  queryKey: ['notices', 'standing'],
  queryFn: async ({ signal }) =>
    (await api.get<{ readonly items: readonly NoticeStanding[] }>('/notices/standing', { signal })).items,
});

/** The last version of a counter's notice; `null` where there is none yet. */
export const lastNoticeQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['notices', counterId],
    queryFn: async ({ signal }) => {
      const path = `/counters/${counterId}/notices`;
      const { items } = await api.get<{ readonly items: readonly Notice[] }>(path, {
        ...{ query: { limit: 1 }, signal },
      });
      return items[0] ?? null;
    },
  });
