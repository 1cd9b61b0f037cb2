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
  router.use('/docs', swaggerUi.serve, swaggerUi.setup(document));
  return router;
}
