import type { Placement } from './media-map.ts';

/**
 * `empty`: the playlist holds no footage. `failed`: cannot be played; `cause` says why, for words on screen.
 */
export type PlayerState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  | { readonly state: 'empty' }
  | { readonly state: 'failed'; readonly cause: PlayerFault };
export type PlayerFault = 'expired' | 'away' | 'forbidden' | 'codec' | 'network' | 'media';

/** One source in one media element, as the conductor sees it. */
export interface Player {
  readonly sourceId: string;
  readonly kind: 'camera' | 'microphone';
  readonly status: PlayerState;
  /** Where the wall clock lies in this source's footage. */
  place(utcMs: number): Placement;
  unbrokenEnd(utcMs: number): number | undefined;
  /** The wall clock at the element's position. */
  utcNow(): number | undefined;
  /** True while the element cannot go on: seeking, or nothing buffered. */
  readonly waiting: boolean;
  /** True at the very end of the footage there is. */
  readonly ended: boolean;
  readonly running: boolean;
  seek(mediaS: number): void;
  run(rate: number): void;
  halt(): void;
}
