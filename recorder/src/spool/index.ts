export * from './durable-files.ts';
export * from './errno.ts';
export * from './open-segment-row.ts';
export * from './open-spool.ts';
export * from './spool-error.ts';
export * from './spool.ts';
export * from './spooled-segment.ts';
