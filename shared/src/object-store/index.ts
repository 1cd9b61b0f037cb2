export * from './archive-refusal.ts';
export * from './archive-watch.ts';
export { DirectoryObjectStore } from './directory-object-store.ts';
export * from './ledger-key.ts';
export * from './object-key.ts';
export * from './object-store-settings.ts';
export * from './object-store.ts';
export * from './open-object-store.ts';
export * from './read-back-sha256.ts';
