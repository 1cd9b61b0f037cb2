export { idListQuerySchema, pageOf, type Page } from './list-page.ts';
export { OriginCheck } from './origin-check.ts';
export { problemOf } from './problem.ts';
export { defineRoute, type Route, type RouteAction, type RouteAnswer, type RouteContext } from './route.ts';
export { refuse, routeUpgrades, type UpgradeHandler, type UpgradeRoute } from './upgrade.ts';
