export { holdRoutes } from './hold-routes.ts';
export { Holds } from './holds.ts';
export { retentionSchema } from './retention-schema.ts';
