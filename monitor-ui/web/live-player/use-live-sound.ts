import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { serverClock } from '../app/index.ts';
import type { PicturePlayer } from './picture-player.ts';
import { PlayerStore } from './player-store.ts';
import { SoundPlayer, type SoundStatus } from './sound-player.ts';

const connecting: SoundStatus = { kind: 'connecting' };

/** Plays a microphone beside a picture; `inStep` lets the picture wait for it. */
export function useLiveSound(
  audio: RefObject<HTMLAudioElement | null>,
  sourceId: string,
  picture: PicturePlayer | undefined,
  inStep: boolean,
): { readonly player: SoundPlayer | undefined; readonly status: SoundStatus } {
  const [store] = useState(
    () => new PlayerStore<SoundPlayer, SoundStatus>((player) => player?.status ?? connecting),
  );
  useEffect(() => {
    if (audio.current === null || picture === undefined) return;
    const player = new SoundPlayer(audio.current, {
      sourceId,
      picture,
      clock: serverClock,
      changed: store.changed,
    });
    store.put(player);
    return () => {
      player.close();
      store.put(undefined);
    };
  }, [audio, picture, sourceId, store]);
  const player = useSyncExternalStore(store.subscribe, store.player);
  useEffect(() => player?.setInStep(inStep), [player, inStep]);
  return { player, status: useSyncExternalStore(store.subscribe, store.snapshot) };
}
