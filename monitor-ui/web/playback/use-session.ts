import { useEffect, useState, useSyncExternalStore } from 'react';
import { serverClock } from '../app/index.ts';
import { PlaybackSession, type Right } from './playback-session.ts';
import type { SessionSnapshot } from './session-snapshot.ts';

/** The machine's own clock only stands in until the server has said the time. */
export const nowMs = (): number => serverClock.now() ?? Date.now();

/** Holds the one session of a component between its effect and its drawing. */
class SessionPlace {
  #session: PlaybackSession | undefined;
  readonly #changed = new Set<() => void>();

  readonly get = () => this.#session;
  readonly subscribe = (changed: () => void) => {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  };
  put(session: PlaybackSession | undefined): void {
    this.#session = session;
    for (const listener of this.#changed) listener();
  }
}

/** A session for as long as the component is on screen; undefined for the one moment before it exists. */
export function useSession(counterId: string, startMs: number, right: Right): PlaybackSession | undefined {
  const [place] = useState(() => new SessionPlace());
  const [start] = useState({ startMs, right });
  useEffect(() => {
    const session = new PlaybackSession(counterId, start.startMs, start.right, nowMs);
    place.put(session);
    const leave = () => session.reportLeaving();
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      place.put(undefined);
      session.close();
    };
  }, [counterId, start, place]);
  return useSyncExternalStore(place.subscribe, place.get);
}

export function useSnapshot(session: PlaybackSession): SessionSnapshot {
  return useSyncExternalStore(
    (changed) => session.subscribe(changed),
    () => session.snapshot,
  );
}

/** The position, fresh a few times a second: for words and figures, not for what must move smoothly. */
export function usePosition(session: PlaybackSession, everyMs = 250): number {
  const [positionMs, setPosition] = useState(session.positionMs);
  useEffect(() => {
    const timer = setInterval(() => setPosition(session.positionMs), everyMs);
    return () => clearInterval(timer);
  }, [session, everyMs]);
  return positionMs;
}
