export * from './object-key.ts';
export * from './object-store-settings.ts';
export * from './object-store.ts';
