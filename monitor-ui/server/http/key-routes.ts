import type { Request, RequestHandler, Response, Router } from 'express';
import type { Clock } from '@minhbach/shared/clock';
import { parsed, sendAnswer } from './route-answer.ts';
import type { KeyHolder, KeyRouteContext, Route } from './route.ts';

/** Who a key belongs to. Rejects with 401 for a wrong or revoked one, 429 after too many of them from one address. */
export type KeyCheck = (key: string, address: string) => Promise<KeyHolder>;

/**
 * The routes a machine may call, for requests that show an API key; all others go on to the next handler. A session
 * cookie beside a key is never looked at.
 */
export function mountKeyRoutes(
  router: Router,
  routes: readonly Route[],
  { keys, clock }: { readonly keys: KeyCheck; readonly clock: Clock },
  json: RequestHandler,
): void {
  for (const route of routes) {
    const { handleWithKey } = route;
    if (handleWithKey === undefined) continue;
    const holders = new WeakMap<Request, KeyHolder>();
    const identify: RequestHandler = async (request, _response, next) => {
      const key = presentedKey(request);
      if (key === undefined) {
        next('route');
        return;
      }
      holders.set(request, await keys(key, request.ip ?? ''));
      next();
    };
    const run: RequestHandler = async (request: Request, response: Response) => {
      const holder = holders.get(request);
      if (holder === undefined) throw new Error('a key route ran without its key');
      const gone = new AbortController();
      response.once('close', () => {
        if (!response.writableFinished) gone.abort();
      });
      const context: KeyRouteContext<unknown, unknown> = {
        holder,
        query: parsed(route.query, request.query, '/query'),
        body: route.body && parsed(route.body, request.body ?? {}, ''),
        request,
        signal: gone.signal,
        now: clock.wallNow(),
      };
      sendAnswer(route, response, await handleWithKey(context));
    };
    router[route.method](route.path, identify, ...(route.body ? [json] : []), run);
  }
}

function presentedKey(request: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return bearer ?? request.get('x-api-key');
}
