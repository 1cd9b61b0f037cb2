export * from './presence.ts';
export * from './recover.ts';
export * from './scrub.ts';
export * from './segment-digest.ts';
export * from './segment-writer.ts';
export * from './take-out.ts';
