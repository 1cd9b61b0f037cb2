/** A link that was opened before its player was there, with what came over it since. */
export interface EarlyLink {
  readonly socket: WebSocket;
  readonly messages: readonly (string | ArrayBuffer)[];
}
/** Longer than any page takes to draw its first tile; a link nobody came for must not go on being watched. */
const unclaimedMs = 10_000;
const waiting = new Map<string, EarlyLink>();

export function openEarly(address: string): void {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const messages: (string | ArrayBuffer)[] = [];
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => messages.push(data);
  waiting.set(address, { socket, messages });
  setTimeout(() => {
    if (waiting.get(address)?.socket !== socket) return;
    waiting.delete(address);
    socket.close(1000);
  }, unclaimedMs);
}

/** The link opened earlier, to the first who takes it; undefined when there is none that still holds. */
export function takeEarlyLink(address: string): EarlyLink | undefined {
  const link = waiting.get(address);
  waiting.delete(address);
  return link === undefined || link.socket.readyState > WebSocket.OPEN ? undefined : link;
}
