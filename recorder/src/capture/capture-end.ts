import type { GapCause } from '@minhbach/shared/protocol';

/** Why a capture is over, or never began. */
export interface CaptureEnd {
  readonly cause: GapCause;
  /** One line, without secrets. */
  readonly evidence: string;
  readonly refused: boolean;
  /** What was remembered of the stream is wrong: look at it afresh. */
  readonly tracksChanged: boolean;
  /** It gave footage until somebody's signal ended ffmpeg, which is no fault of the device. */
  readonly killed: boolean;
  /** 0 when no footage came. */
  readonly lastedMs: number;
}
