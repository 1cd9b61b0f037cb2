export * from './capture-placer.ts';
export * from './machine-time-sync.ts';
export * from './recorder-clock.ts';
export * from './time-sync.ts';
export * from './time-trust.ts';
