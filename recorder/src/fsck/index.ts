export * from './check-spool.ts';
export * from './disagreement.ts';
