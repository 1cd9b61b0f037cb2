export { auditRoutes } from './audit-route.ts';
export { createApp, type AppParts } from './create-app.ts';
export { idListQuerySchema, pageOf, type Page } from './list-page.ts';
export { OriginCheck } from './origin-check.ts';
export { inputProblem, problemOf } from './problem.ts';
export type { KeyCheck } from './key-routes.ts';
export {
  defineRoute,
  type KeyHolder,
  type Route,
  type RouteAction,
  type RouteAnswer,
  type RouteContext,
} from './route.ts';
export { refuse, routeUpgrades, type UpgradeHandler, type UpgradeRoute } from './upgrade.ts';
export { sessionRoutes } from './session-routes.ts';
