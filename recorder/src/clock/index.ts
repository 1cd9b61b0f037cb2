export * from './capture-placer.ts';
export * from './recorder-clock.ts';
