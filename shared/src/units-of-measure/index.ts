export * from './ids.ts';
export * from './sha256-hex.ts';
export * from './utc-ms.ts';
