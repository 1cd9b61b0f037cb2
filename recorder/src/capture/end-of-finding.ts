import type { CaptureEnd } from './capture-end.ts';
import { StreamUnavailable } from './device-plan.ts';
import { classifyFfmpegExit } from './ffmpeg-exit.ts';
import { FfmpegError } from './fluent-ffmpeg-adapter.ts';
import { StreamAddressError } from './stream-address.ts';

/** Why no capture could begin, from what resolving the address or looking at the stream threw. */
export function endOfFinding(error: unknown): CaptureEnd {
  const end = { tracksChanged: false, killed: false, lastedMs: 0, refused: false };
  if (error instanceof StreamUnavailable) {
    const refused = error.code === 'login-refused';
    const cause = refused ? 'camera-refused-login' : 'camera-unreachable';
    return { ...end, cause, refused, evidence: error.message };
  }
  if (error instanceof FfmpegError) {
    const { cause } = classifyFfmpegExit([error.message], false);
    return { ...end, cause, refused: cause === 'camera-refused-login', evidence: error.message };
  }
  if (error instanceof StreamAddressError) {
    return { ...end, cause: 'camera-unreachable', evidence: error.message };
  }
  // What a resolver throws may hold an address: name its kind only.
  const name = error instanceof Error ? error.name : typeof error;
  return {
    ...end,
    cause: 'camera-unreachable',
    evidence: `the device's stream could not be found (${name})`,
  };
}
