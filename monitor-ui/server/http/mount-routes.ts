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
import { inputProblem } from './problem.ts';
import type { Route } from './route.ts';

export interface MountParts {
  readonly sessions: Sessions;
  readonly origins: OriginCheck;
  readonly clock: Clock;
}

/** Everything below `/api/v1`: who is asking, whether they may, what they sent, then the route itself. */
export function mountRoutes(routes: readonly Route[], parts: MountParts): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use((request, _response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') parts.origins.requireOwn(request);
    next();
  });
  router.use(parts.sessions.middleware);
  const json = express.json({ limit: 65_536, strict: true, type: () => true });
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
    if (route.answer.schema === 'stream' || response.destroyed) return;
    if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
    if (route.answer.schema === 'none') response.status(route.answer.status).end();
    // The schema is strict: a column that was not meant to leave fails here, not at the reader.
    else response.status(route.answer.status).json(checkedAnswer(route.answer.schema, answer));
  };
}

function parsedParams(schema: z.ZodType | undefined, value: unknown): unknown {
  const result = schema?.safeParse(value);
  if (result && !result.success) throw notFound('address');
  return result?.data;
}

function parsed(schema: z.ZodType | undefined, value: unknown, prefix: string): unknown {
  const result = schema?.safeParse(value);
  if (result && !result.success) throw inputProblem(result.error.issues, prefix);
  return result?.data;
}

function checkedAnswer(schema: z.ZodType, answer: unknown): unknown {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new Error('a route answered what its schema does not allow', { cause: result.error });
}
