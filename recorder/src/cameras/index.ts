export * from './address-guard.ts';
export * from './camera-driver.ts';
export * from './camera-problem.ts';
export * from './choose-profiles.ts';
export * from './device-address.ts';
export * from './onvif-driver.ts';
export * from './describe-stream.ts';
export type { StreamTracks } from './session-description.ts';
