export { startControlServer } from './control-server.ts';
export { GOP_SECONDS, LAP_FRAMES, LAP_SECONDS, MAIN_FRAMES_PER_SECOND } from './media/lap.ts';
export { readFrameStrip } from './media/frame-strip.ts';
export type { EncodeReport } from './media/media-library.ts';
export type { FaultInput } from './faults.ts';
export type { VirtualCameraOptions } from './options.ts';
export { startVirtualCamera } from './start-virtual-camera.ts';
export { VirtualCameraError } from './virtual-camera-error.ts';
export type { VirtualCamera } from './virtual-camera.ts';
