export * from './recover.ts';
export * from './segment-writer.ts';
