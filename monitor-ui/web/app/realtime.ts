import type { PageToServer, ServerToPage } from '@minhbach/shared/protocol';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { io, type Socket } from 'socket.io-client';

export type Realtime = Socket<ServerToPage, PageToServer>;

let socket: Realtime | undefined;

/** The page's one Socket.IO connection, opened at the first call. It reconnects by itself, for ever. */
export function realtime(): Realtime {
  socket ??= io({ transports: ['websocket'], reconnectionDelayMax: 5000 });
  return socket;
}

/** Calls `handle` for each such event while the component is on screen. */
export function useRealtimeEvent<Name extends keyof ServerToPage>(
  name: Name,
  handle: ServerToPage[Name],
): void {
  const latest = useEffectEvent((...args: unknown[]) => {
    (handle as (...all: unknown[]) => void)(...args);
  });
  useEffect(() => {
    const listener = (...args: unknown[]) => latest(...args);
    const untyped = realtime() as unknown as {
      on(event: string, listener: (...args: unknown[]) => void): void;
      off(event: string, listener: (...args: unknown[]) => void): void;
    };
    untyped.on(name, listener);
    return () => untyped.off(name, listener);
  }, [name]);
}

function subscribe(changed: () => void): () => void {
  const connection = realtime();
  connection.on('connect', changed).on('disconnect', changed);
  return () => {
    connection.off('connect', changed).off('disconnect', changed);
  };
}

export function useRealtimeConnected(): boolean {
  return useSyncExternalStore(subscribe, () => realtime().connected);
}
