import type { PicturePlayer, SoundPlayer } from '../live-player/index.ts';

declare global {
  interface Window {
    /** Only on a page opened with `?measure`: the players by source, for benches to read `stats()` from. */
    __minhBachLive?: {
      readonly pictures: Map<string, PicturePlayer>;
      readonly sounds: Map<string, SoundPlayer>;
    };
  }
}

const players = new URLSearchParams(globalThis.location?.search ?? '').has('measure')
  ? (window.__minhBachLive = { pictures: new Map(), sounds: new Map() })
  : undefined;

export function publishPicture(sourceId: string | undefined, player: PicturePlayer | undefined): void {
  if (sourceId !== undefined) put(players?.pictures, sourceId, player);
}
export function publishSound(sourceId: string, player: SoundPlayer | undefined): void {
  put(players?.sounds, sourceId, player);
}
function put<Player>(
  map: Map<string, Player> | undefined,
  sourceId: string,
  player: Player | undefined,
): void {
  if (player === undefined) map?.delete(sourceId);
  else map?.set(sourceId, player);
}
