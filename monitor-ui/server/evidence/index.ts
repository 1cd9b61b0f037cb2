export { FootageEntries } from './footage-entries.ts';
export { exportRoutes } from './export-routes.ts';
export { ExportRuns } from './export-runs.ts';
export { evidenceSchema } from './export-schema.ts';
export { Exports, type ExportsParts } from './exports.ts';
export type { LedgerPort } from './ledger-port.ts';
export { readMeHtml } from './read-me.ts';
