import type { DutyCalendar } from '@minhbach/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/index.ts';

export const dutyQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['duty', counterId],
    queryFn: ({ signal }) => api.get<DutyCalendar>(`/counters/${counterId}/duty`, { signal }),
  });
