import { searchAnswerSchema, searchQuerySchema } from '@minhbach/shared/protocol';
import { defineRoute, type Route } from '../http/index.ts';
import type { Search } from './search.ts';

export function searchRoute(search: Search): Route {
  return defineRoute({
    method: 'get',
    path: '/search',
    action: 'search.all',
    summary:
      'Finds complaints, cases, services, counters with a time, and incidents by what people remember; with clips.',
    query: searchQuerySchema,
    answer: { status: 200, schema: searchAnswerSchema },
    handle: ({ actor, query }) => ({ items: search.find(actor, query.q) }),
  });
}
