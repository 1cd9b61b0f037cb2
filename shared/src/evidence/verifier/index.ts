export * from './blob-source.ts';
export * from './browser-crypto.ts';
export * from './byte-source.ts';
export * from './crypto-port.ts';
export * from './finding.ts';
export * from './strip.ts';
export * from './timeline.ts';
export * from './verify-package.ts';
export { trustSchema, type Manifest, type Trust } from '../package-schema.ts';
