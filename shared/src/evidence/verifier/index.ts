export * from './blob-source.ts';
export * from './browser-crypto.ts';
export * from './byte-source.ts';
export * from './crypto-port.ts';
export * from './finding.ts';
export * from './verify-package.ts';
