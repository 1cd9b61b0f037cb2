import type { RetentionPlan, RetentionReport } from '@minhbach/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/index.ts';

export const retentionReportQuery = queryOptions({
  queryKey: ['retention', 'report'],
  queryFn: async ({ signal }) => (await api.get<RetentionReport>('/retention/report', { signal })).items,
});

/** By the days that hold now, which is why it is fetched again with them. */
export const retentionPlanQuery = (at: number) =>
  queryOptions({
    queryKey: ['retention', 'plan', at],
    queryFn: async ({ signal }) =>
      (await api.get<RetentionPlan>(`/retention/plan?at=${at}`, { signal })).items,
  });
