import type { CompletenessDay, CompletenessDayDetail, GapExplanation } from '@minhbach/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/index.ts';

export const monthQuery = (counterId: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['completeness', counterId, from, to],
    queryFn: ({ signal }) =>
      api.all<CompletenessDay>(`/counters/${counterId}/completeness/days?from=${from}&to=${to}`, { signal }),
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
      api.all<GapExplanation>(`/gaps/explanations?counterId=${counterId}&state=waiting`, { signal }),
  });
