import type { Counter, Source } from '@minhbach/shared/protocol';
import type { PictureSnapshot } from '../live-player/index.ts';
import type { Tone } from '../ui-kit/index.ts';

export type ConditionName =
  | 'recording'
  | 'starting'
  | 'lost'
  | 'refused'
  | 'disabled'
  | 'no-camera'
  | 'connecting'
  | 'link-down'
  | 'still'
  | 'late'
  | 'frozen'
  | 'forbidden'
  | 'unsupported';

/** What a tile or a row of the tree says about a counter's picture, in one word with one colour. */
export interface Condition {
  readonly name: ConditionName;
  readonly tone: Tone;
  /** Machine-observed cause, when one was given. */
  readonly cause?: string;
  /** Since when, UTC ms. */
  readonly sinceMs?: number;
}

export const lateAboveMs = 2000;
export const stillAboveMs = 3000;

export function camerasOf(counter: Counter): readonly Source[] {
  return counter.sources.filter((source) => source.kind === 'camera');
}
export function microphoneOf(counter: Counter): Source | undefined {
  return counter.sources.find((source) => source.kind === 'microphone' && source.state !== 'disabled');
}

/** From what the recorder says of the source alone: for counters that are not on a tile. */
export function sourceCondition(source: Source | undefined): Condition {
  if (source === undefined) return { name: 'no-camera', tone: 'muted' };
  const more = {
    ...(source.cause === undefined ? {} : { cause: source.cause }),
    ...(source.since === undefined ? {} : { sinceMs: source.since }),
  };
  switch (source.state) {
    case 'recording':
      return { name: 'recording', tone: 'plain' };
    case 'starting':
      return { name: 'starting', tone: 'warn', ...more };
    case 'retrying':
      return { name: 'lost', tone: 'alarm', ...more };
    case 'refused':
      return { name: 'refused', tone: 'alarm', cause: 'camera-refused-login', ...more };
    case 'disabled':
      return { name: 'disabled', tone: 'muted' };
    default:
      return source.state satisfies never;
  }
}

/** What is really on the tile wins over what anybody says about the source. */
export function tileCondition(
  source: Source | undefined,
  picture: PictureSnapshot,
  seen: { readonly ageMs: number | undefined; readonly stillForMs: number | undefined },
): Condition {
  const said = sourceCondition(source);
  if (source === undefined) return said;
  switch (picture.status.kind) {
    case 'refused':
      return { name: 'forbidden', tone: 'muted' };
    case 'unsupported':
      return { name: 'unsupported', tone: 'warn' };
    case 'frozen':
      return { name: 'frozen', tone: 'watch' };
    default:
  }
  const moving = seen.stillForMs !== undefined && seen.stillForMs <= stillAboveMs;
  if (!moving && said.name !== 'recording') return said;
  if (picture.status.kind === 'link-down' && !moving) return { name: 'link-down', tone: 'warn' };
  if (seen.stillForMs === undefined) return { name: 'connecting', tone: 'muted' };
  if (!moving) return { name: 'still', tone: 'alarm' };
  if (seen.ageMs !== undefined && seen.ageMs > lateAboveMs) return { name: 'late', tone: 'warn' };
  return { name: 'recording', tone: 'plain' };
}
