export { DatabaseError } from './durability.ts';
export type { SchemaStep } from './migrate.ts';
export { MonitorDatabase } from './monitor-database.ts';
