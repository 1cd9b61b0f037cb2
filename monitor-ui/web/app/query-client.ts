import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.ts';

/** Refusals are final; only an unreachable server is asked again. A lost session leads to sign-in from any page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error, query) {
      // The router asks who is signed in, and ahead of a page for what that will want; it leads to sign-in itself.
      if (query.getObserversCount() === 0 && query.state.data === undefined) return;
      if (error instanceof ApiProblem && error.status === 401) leaveForSignIn();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => error instanceof ApiProblem && error.status === 0 && count < 3,
    },
    mutations: { retry: false },
  },
});

export function leaveForSignIn(): void {
  if (location.pathname === '/sign-in' || location.pathname === '/first-start') return;
  location.assign(`/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`);
}
