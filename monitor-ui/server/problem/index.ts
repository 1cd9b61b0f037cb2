export * from './problem-error.ts';
