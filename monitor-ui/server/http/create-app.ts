import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import helmet from 'helmet';
import type { Clock } from '@minhbach/shared/clock';
import type { Sessions } from '../access/index.ts';
import { notFound, ProblemError } from '../problem/index.ts';
import { docsPage } from './docs-page.ts';
import type { KeyCheck } from './key-routes.ts';
import { mountRoutes } from './mount-routes.ts';
import type { OriginCheck } from './origin-check.ts';
import { problemOf } from './problem.ts';
import type { Route } from './route.ts';
import { signInFirst } from './sign-in-first.ts';
import { webFiles } from './web-files.ts';

export interface AppParts {
  readonly routes: readonly Route[];
  readonly sessions: Sessions;
  readonly origins: OriginCheck;
  readonly keys: KeyCheck;
  readonly clock: Clock;
  readonly secure: boolean;
  readonly trustedProxies: readonly string[];
  /** Shown below `/p` to people who are not signed in. */
  readonly publicPages: RequestHandler;
  /** Below `/d`: packages by a link, for people who have no account. */
  readonly packageLinks: RequestHandler;
  /** Of the built pages. */
  readonly webDirectory: string;
  readonly healthz: RequestHandler;
  readonly readyz: RequestHandler;
  /** Absent when metrics are served elsewhere or not at all. */
  readonly metrics?: RequestHandler | undefined;
  /** Told of every error that is our fault. */
  readonly onFault: (error: unknown, request: Request) => void;
}

/** Everything one port answers but upgrades. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Limits go by address: behind a proxy nobody vouches for, everybody would share one.
  app.set('trust proxy', [...parts.trustedProxies]);
  app.use(securityHeaders(parts.secure));
  app.get('/healthz', parts.healthz);
  app.get('/readyz', parts.readyz);
  if (parts.metrics) app.get('/metrics', parts.metrics);
  app.use('/api/v1', docsPage(parts.routes));
  app.use('/api/v1', mountRoutes(parts.routes, parts));
  app.use('/api', () => {
    throw notFound('address');
  });
  app.use('/p', parts.publicPages);
  app.use('/d', parts.packageLinks);
  app.use(signInFirst(async (request) => (await parts.sessions.sessionOf(request)) !== undefined));
  app.use(webFiles(parts.webDirectory));
  app.use(() => {
    throw notFound('address');
  });
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof ProblemError)) parts.onFault(error, request);
    // The answer had begun: all that is left is to break it off, so that it cannot pass for whole.
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof ProblemError && error.headers) response.set(error.headers);
    response.set('Cache-Control', 'no-store').status(problem.status).type('application/problem+json');
    response.send(JSON.stringify(problem));
  });
  return app;
}

/** Nothing from elsewhere, nothing inline but style (the kit writes its tokens so), pictures and sound from memory. */
function securityHeaders(secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'blob:', 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}
