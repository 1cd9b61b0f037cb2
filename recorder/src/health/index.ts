export * from './disk-space.ts';
export * from './health-server.ts';
export * from './recorder-metrics.ts';
