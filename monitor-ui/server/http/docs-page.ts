import express, { type Router } from 'express';
import swaggerUi from 'swagger-ui-express';
import { openApiDocument } from './openapi.ts';
import type { Route } from './route.ts';

/** `/openapi.json` and `/docs`, from files of this machine only: offices have no Internet. */
export function docsPage(routes: readonly Route[]): Router {
  const router = express.Router();
  const document = openApiDocument(routes);
  router.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  router.get('/docs', (request, response, next) => {
    // The page names its files relative to itself.
    if (request.originalUrl.endsWith('/docs')) response.redirect(308, `${request.originalUrl}/`);
    else next();
  });
  // No validator: it would send the description to a server on the Internet.
  router.use(
    '/docs',
    swaggerUi.serve,
    swaggerUi.setup(document, { swaggerOptions: { validatorUrl: null }, customSiteTitle: 'Minh Bạch API' }),
  );
  return router;
}
