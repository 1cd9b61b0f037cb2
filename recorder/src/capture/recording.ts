import type {
  GapCause,
  GapEntry,
  OpenSegment,
  Quality,
  SegmentSealed,
  SourceState,
} from '@minhbach/shared/protocol';
import type { DeviceId, SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { DevicePlan } from './device-plan.ts';
import type { LiveSink } from './live-sink.ts';

/** What the recording side knows of one source; names and counters are the fleet's business. */
export interface RecordingStatus {
  readonly sourceId: SourceId;
  readonly deviceId: DeviceId;
  readonly state: SourceState;
  readonly cause?: GapCause | undefined;
  readonly since: UtcMs;
  /** RFC 6381, once the main stream was seen. */
  readonly codec?: string | undefined;
}

/** Something an operator should know; recording of everything else goes on. `message` carries no secrets. */
export interface RecordingFault {
  readonly code:
    | 'disk-full'
    | 'disk-failed'
    | 'file-without-row'
    | 'row-without-file'
    | 'footage-damaged'
    | 'orphan-ended'
    | 'no-setpriv';
  readonly sourceId?: SourceId | undefined;
  readonly message: string;
}

export interface RecordingEvents {
  stateChanged: [RecordingStatus];
  segmentSealed: [SegmentSealed];
  gapRecorded: [GapEntry];
  fault: [RecordingFault];
}

/** Bytes of a segment; `bytes` fails with a `RecordingError` when the file cannot be read to the end of the range. */
export interface Footage {
  /** Of the whole segment as far as written when asked. */
  readonly totalBytes: number;
  /** Pieces of at most 64 KB, `firstByte..min(lastByte, totalBytes - 1)` in order. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export type RecordingErrorCode = 'not-found' | 'range' | 'io' | 'no-picture' | 'already-added';

export class RecordingError extends Error {
  readonly code: RecordingErrorCode;

  constructor(code: RecordingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RecordingError';
    this.code = code;
  }
}

/** All captures of this recorder, from the devices' streams to sealed segments, gaps and live sinks. */
export interface Recording {
  /** Starts pulling at once and for ever; failures show as states, never as a rejection here. */
  addDevice(plan: DevicePlan): void;
  /** Ends the device's capture, seals what is open and records no gap. */
  removeDevice(deviceId: DeviceId): Promise<void>;
  statuses(): readonly RecordingStatus[];
  /** Segments being written; `bytes` and `endUtcMs` cover what `readFootage` can give now. */
  openSegments(): readonly OpenSegment[];
  /**
   * Init and fragments since the last keyframe at once, then each fragment as it comes, across captures. `sub` starts
   * on the main stream and changes over, with a new init, at the sub-stream's first keyframe. Throws `not-found`.
   */
  subscribe(sourceId: SourceId, quality: Quality, sink: LiveSink): () => void;
  /** Range inclusive. Rejects `not-found`, `range` (begins beyond the end) or `io`. */
  readFootage(
    segmentId: SegmentId,
    firstByte: number,
    lastByte: number,
    signal?: AbortSignal,
  ): Promise<Footage>;
  /** JPEG of at most 640x360 from the newest keyframe. Rejects `not-found` or `no-picture`. */
  snapshot(sourceId: SourceId, signal?: AbortSignal): Promise<Uint8Array>;
  /** Calls `listener` after each such event; answers how to stop. Listeners must not throw. */
  on<Name extends keyof RecordingEvents>(
    name: Name,
    listener: (...event: RecordingEvents[Name]) => void,
  ): () => void;
  /** Ends every capture and seals everything, within 5 s. Nothing is called back afterwards. */
  close(): Promise<void>;
}
