export * from './read-settings-file.ts';
export * from './settings-error.ts';
