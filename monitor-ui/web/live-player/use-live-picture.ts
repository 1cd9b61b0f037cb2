import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { serverClock } from '../app/index.ts';
import { takeEarlyPicture } from './early-pictures.ts';
import type { Quality } from './live-address.ts';
import { PicturePlayer, type PictureSnapshot } from './picture-player.ts';
import { PlayerStore } from './player-store.ts';

const connecting: PictureSnapshot = { status: { kind: 'connecting' }, stream: undefined, source: undefined };

export interface LivePicture {
  readonly player: PicturePlayer | undefined;
  readonly snapshot: PictureSnapshot;
}

/** Plays a camera live, its `<video>` put before all else in `place`, for as long as the component is on screen. */
export function useLivePicture(
  place: RefObject<HTMLElement | null>,
  sourceId: string | undefined,
  quality: Quality,
): LivePicture {
  const [store] = useState(
    () => new PlayerStore<PicturePlayer, PictureSnapshot>((player) => player?.snapshot ?? connecting),
  );
  useEffect(() => {
    if (place.current === null || sourceId === undefined) return;
    const player = takeEarlyPicture(sourceId) ?? new PicturePlayer({ sourceId, quality, clock: serverClock });
    player.changed = store.changed;
    player.setQuality(quality);
    place.current.prepend(player.element);
    store.put(player);
    return () => {
      player.close();
      store.put(undefined);
    };
    // The quality is changed on the running player below, without a dark moment.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [sourceId, store, place]);
  useEffect(() => store.player()?.setQuality(quality), [quality, store]);
  return {
    player: useSyncExternalStore(store.subscribe, store.player),
    snapshot: useSyncExternalStore(store.subscribe, store.snapshot),
  };
}
