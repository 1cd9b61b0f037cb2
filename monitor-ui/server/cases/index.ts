export { caseRoutes } from './case-routes.ts';
export { caseSchemaSteps } from './case-schema.ts';
export { Cases } from './cases.ts';
export { CustodyPrints } from './custody-prints.ts';
export { CustodyReader } from './custody.ts';
