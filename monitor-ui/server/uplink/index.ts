export { FootageStream, type FootageRequest } from './footage-stream.ts';
export { goodbye } from './goodbye.ts';
export type { UplinkPath } from './handshake.ts';
export type { JobOptions } from './job-desk.ts';
export type { LiveListener } from './live-channel.ts';
export { RecorderLinks, type LiveChannel, type RecorderLinksParts } from './recorder-links.ts';
export { uplinkUpgrades } from './uplink-upgrades.ts';
export { JobFailedError, UplinkError, type UplinkErrorCode } from './uplink-error.ts';
export * from './uplink-ports.ts';
