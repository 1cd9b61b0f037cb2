import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { requireMay, type Sessions } from '../access/index.ts';
import { notFound, notSignedIn } from '../problem/index.ts';
import type { OriginCheck } from './origin-check.ts';
import { mountKeyRoutes, type KeyCheck } from './key-routes.ts';
import { parsed, sendAnswer } from './route-answer.ts';
import type { Route } from './route.ts';

export interface MountParts {
  readonly sessions: Sessions;
  readonly origins: OriginCheck;
  readonly keys: KeyCheck;
  readonly clock: Clock;
}

/** Everything below `/api/v1`: who is asking, whether they may, what they sent, then the route itself. */
export function mountRoutes(routes: readonly Route[], parts: MountParts): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const json = express.json({ limit: 65_536, strict: true, type: () => true });
  // Before the origins: a key is never sent by a browser of its own accord, so nothing here can be done across sites.
  mountKeyRoutes(router, routes, parts, json);
  router.use((request, _response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') parts.origins.requireOwn(request);
    next();
  });
  router.use(parts.sessions.middleware);
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const steps: RequestHandler[] = [
      authorise(route, parts),
      ...(route.body ? [json] : []),
      run(route, parts),
    ];
    router[route.method](path, ...steps);
  }
  router.use(() => {
    throw notFound('address');
  });
  return router;
}

/** Before the body is read: a stranger learns nothing about what would have fitted. */
function authorise(route: Route, { sessions }: MountParts): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const actor = sessions.signedIn(request);
    if (route.action !== 'public') {
      if (actor === undefined) throw notSignedIn();
      if (route.action !== 'signed-in') requireMay(actor, route.action);
    }
    next();
  };
}

function run(route: Route, { clock, sessions }: MountParts): RequestHandler {
  return async (request: Request, response: Response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const answer = await route.handle({
      actor: sessions.signedIn(request),
      params: parsedParams(route.params, request.params),
      query: parsed(route.query, request.query, '/query'),
      body: route.body && parsed(route.body, request.body ?? {}, ''),
      request,
      response,
      signal: gone.signal,
      now: clock.wallNow(),
    });
    sendAnswer(route, response, answer);
  };
}

function parsedParams(schema: z.ZodType | undefined, value: unknown): unknown {
  const result = schema?.safeParse(value);
  if (result && !result.success) throw notFound('address');
  return result?.data;
}
