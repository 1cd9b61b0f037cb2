export * from './durable-content.ts';
export * from './durable-names.ts';
export * from './errno.ts';
