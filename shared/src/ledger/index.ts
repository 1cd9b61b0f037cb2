export * from './merkle-root.ts';
