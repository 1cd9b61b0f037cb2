import { PicturePlayer, type PictureOrder } from './picture-player.ts';

/** Longer than any page takes to draw its first tile; a picture nobody came for must not go on being watched. */
const unclaimedMs = 10_000;
const waiting = new Map<string, PicturePlayer>();

/** Begins to play a picture before there is a page to show it on. */
export function playEarly(order: PictureOrder): void {
  const { sourceId } = order;
  const player = new PicturePlayer(order);
  waiting.set(sourceId, player);
  setTimeout(() => {
    if (waiting.get(sourceId) !== player) return;
    waiting.delete(sourceId);
    player.close();
  }, unclaimedMs);
}

/** The picture that plays already, to the first who takes it; undefined when there is none. */
export function takeEarlyPicture(sourceId: string): PicturePlayer | undefined {
  const player = waiting.get(sourceId);
  waiting.delete(sourceId);
  return player;
}
