export * from './canonical-json.ts';
export * from './fragments-root.ts';
export * from './merkle-root.ts';
