export { checkMonitor, type MonitorSummary } from './check-monitor.ts';
export type { MonitorDisagreement } from './disagreement.ts';
export { openDatabaseAlone } from './open-database.ts';
