export * from './entry-log.ts';
export * from './head-migrations.ts';
export * from './head-tables.ts';
export * from './ledger-heads.ts';
