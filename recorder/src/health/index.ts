export * from './disk-forecast.ts';
export * from './disk-space.ts';
export * from './disk-touch.ts';
export * from './disk-watch.ts';
export * from './health-server.ts';
export * from './recorder-faults.ts';
export * from './recorder-metrics.ts';
