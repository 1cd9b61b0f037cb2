export * from './data-directory.ts';
export * from './identity-error.ts';
export * from './is-signed-by.ts';
export * from './known-monitors.ts';
export * from './recorder-identity.ts';
export * from './sealing-key.ts';
