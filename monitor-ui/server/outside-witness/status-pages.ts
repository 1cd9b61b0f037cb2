import express, { type Express } from 'express';
import type { Registry } from 'prom-client';
import type { Clock } from '@minhbach/shared/clock';
import { metricsHandler } from '../health/index.ts';
import { dailyPage, type PageParts } from './daily-page.ts';
import { languages, type Language } from './i18n/index.ts';

/** Read only, and nothing in it is secret: heads are there to be kept by as many as want to. */
export function statusPages(of: {
  readonly page: PageParts;
  readonly language: Language;
  readonly registry: Registry;
  readonly clock: Clock;
}): Express {
  const { page, registry, clock } = of;
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  });
  app.get('/', async (request, response) => {
    const language = languages.find((each) => each === request.query['lang']) ?? of.language;
    response.type('html').send(await dailyPage(page, language, clock.wallNow()));
  });
  /** 200 while nothing is refused, silent or out of reach. */
  app.get('/healthz', (_request, response) => {
    const well = page.standings.isWell();
    response.status(well ? 200 : 503).json({ status: well ? 'ok' : 'refused-or-silent' });
  });
  /** The newest head of every ledger as a signed note. */
  app.get('/heads', (_request, response) => {
    const items = page.held.ledgers().flatMap(({ origin, name, kind }) => {
      const head = page.trees.latest(origin);
      const standing = page.standings.get(origin)?.state ?? 'unknown';
      return head === undefined ? [] : [{ origin, name, kind, standing, ...head }];
    });
    response.json({ items });
  });
  app.get('/metrics', metricsHandler(registry));
  return app;
}
