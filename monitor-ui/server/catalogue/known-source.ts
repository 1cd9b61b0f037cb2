import type { GapCause, SourceKind, SourceState } from '@minhbach/shared/protocol';
import type { CounterId, RecorderId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

/** A source as the fleet knows it now. */
export interface KnownSource {
  readonly id: SourceId;
  readonly kind: SourceKind;
  readonly name: string;
  readonly counterId: CounterId;
  readonly recorderId: RecorderId;
  readonly registeredAt: UtcMs;
  readonly retiredAt?: UtcMs | undefined;
  readonly state: SourceState;
  readonly cause?: GapCause | undefined;
  /** When the present state began. */
  readonly since: UtcMs;
  readonly hasSubStream: boolean;
  /** RFC 6381, of the main stream, once known. */
  readonly codec?: string | undefined;
}

/** What a viewer is told of a source. */
export interface SourceCondition {
  readonly state: SourceState;
  readonly cause?: GapCause | undefined;
}

/** Answered by the fleet. */
export interface SourceBook {
  /** Also retired ones: their footage is still there. */
  findSource(sourceId: string): KnownSource | undefined;
  sourcesOf(counterId: CounterId): readonly KnownSource[];
  /** `undefined` once it is retired. */
  conditionOf(sourceId: SourceId): SourceCondition | undefined;
  /** Calls back after each change; answers how to stop. */
  onConditionChanged(sourceId: SourceId, listener: (condition: SourceCondition) => void): () => void;
}

/** What the uplink knows of a recorder's presence. */
export interface RecorderPresence {
  isOnline(recorderId: RecorderId): boolean;
  isCaughtUp(recorderId: RecorderId): boolean;
}
