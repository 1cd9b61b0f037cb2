export * from './uplink.ts';
export * from './uplink-ports.ts';
