import type { CompletenessDay, CompletenessDayDetail, GapExplanation } from '@minhbach/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/index.ts';

export const monthQuery = (counterId: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['completeness', counterId, from, to],
    queryFn: async ({ signal }) => {
      const query = { from, to };
      const path = `/counters/${counterId}/completeness/days`;
      return (await api.get<{ readonly items: readonly CompletenessDay[] }>(path, { query, signal })).items;
    },
  });

export const dayQuery = (counterId: string, date: string) =>
  queryOptions({
    queryKey: ['completeness', counterId, date],
    queryFn: ({ signal }) =>
      api.get<CompletenessDayDetail>(`/counters/${counterId}/completeness/days/${date}`, { signal }),
  });

export const explanationsQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['completeness', counterId, 'explanations'],
    queryFn: ({ signal }) =>
      api.all<GapExplanation>('/gaps/explanations', { query: { counterId, state: 'waiting' }, signal }),
  });
