import type { Me } from '@minhbach/shared/protocol';
import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { api } from './api.ts';
import { serverClock } from './server-clock.ts';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await api.get<Me>('/me', { signal });
    serverClock.observe(me.serverNow);
    return me;
  },
  staleTime: 60_000,
  retry: false,
});

/** The person signed in. Only for pages behind sign-in: the router has asked before it draws them. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether the role table lets this person do it. For showing and hiding only; the server decides. */
export function useMay(action: string): boolean {
  return useMe().actions.includes(action);
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await api.delete('/session').catch(() => undefined);
    queries.clear();
    location.assign('/sign-in');
  };
}
