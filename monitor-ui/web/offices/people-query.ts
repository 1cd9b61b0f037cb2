import type { Person } from '@minhbach/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/index.ts';

export const peopleQuery = queryOptions({
  queryKey: ['/people'],
  queryFn: ({ signal }) => api.all<Person>('/people', { signal }),
});
