export type Quality = 'main' | 'sub';

/** Where one source's live stream is to be had. */
export function liveAddress(
  sourceId: string,
  quality: Quality,
  origin: Pick<Location, 'protocol' | 'host'> = location,
): string {
  const scheme = origin.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${origin.host}/live?source=${encodeURIComponent(sourceId)}&quality=${quality}`;
}
