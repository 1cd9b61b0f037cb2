import type { GapCause } from '@minhbach/shared/protocol';

export interface ExitReason {
  readonly cause: GapCause;
  /** ffmpeg found other tracks than it was told of. */
  readonly tracksChanged: boolean;
}

/**
 * What ffmpeg's last words (stderr lines, oldest first) say about why it ended by itself. Exit codes say nothing: a
 * camera that closes the connection ends ffmpeg with code 0.
 */
export function classifyFfmpegExit(lines: readonly string[], hadFootage: boolean): ExitReason {
  const said = lines.join('\n');
  if (
    /matches no streams|Could not find tag for codec|codec not currently supported in container/i.test(said)
  ) {
    return { cause: 'codec-changed', tracksChanged: true };
  }
  if (/\b40[13] (Unauthorized|Forbidden)|authorization failed|HTTP error 40[13]/i.test(said)) {
    return { cause: 'camera-refused-login', tracksChanged: false };
  }
  if (hadFootage) return { cause: 'camera-closed', tracksChanged: false };
  return { cause: 'camera-unreachable', tracksChanged: false };
}
