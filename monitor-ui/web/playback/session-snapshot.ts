import type { Playback } from '@minhbach/shared/protocol';
import type { ClockEvent } from './conductor.ts';
import type { PlayerState } from './player.ts';
import type { Shuttle } from './shuttle.ts';

export interface PlayingSource {
  readonly id: string;
  readonly kind: 'camera' | 'microphone';
  readonly name: string;
  readonly codec: string | undefined;
  readonly status: PlayerState;
  /** Shown from an H.264 working copy, not from the stored bytes. */
  readonly transcoded: boolean;
}

export type GrantState =
  | { readonly state: 'asking' }
  | { readonly state: 'granted'; readonly grant: Playback }
  | { readonly state: 'refused'; readonly error: unknown };

/** What the page draws; a new object whenever any of it changed. The position is told apart, frame by frame. */
export interface SessionSnapshot {
  readonly grant: GrantState;
  readonly sources: readonly PlayingSource[];
  readonly leadId: string | undefined;
  readonly heardId: string | undefined;
  readonly muted: boolean;
  readonly shuttle: Shuttle;
  readonly waiting: boolean;
  readonly skipGaps: boolean;
  readonly notice: ClockEvent | undefined;
}
