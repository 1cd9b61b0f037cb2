export * from './entry-log.ts';
