export * from './media-error.ts';
