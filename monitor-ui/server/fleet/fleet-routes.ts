import type { Route } from '../http/index.ts';
import type { FleetParts } from './fleet-parts.ts';
import { peopleRoutes } from './people-routes.ts';
import { recorderRoutes } from './recorder-routes.ts';
import { counterRoutes, siteRoutes } from './site-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { unitRoutes } from './unit-routes.ts';

export function fleetRoutes(parts: FleetParts): readonly Route[] {
  return [unitRoutes, peopleRoutes, siteRoutes, counterRoutes, recorderRoutes, sourceRoutes].flatMap(
    (routes) => routes(parts),
  );
}
