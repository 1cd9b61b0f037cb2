/** The name people know for an RFC 6381 codec string or a device's own word; unknown ones as they are. */
export function codecName(codec: string): string {
  const word = codec.toLowerCase();
  if (/^(avc[13]|h\.?264)/.test(word)) return 'H.264';
  if (/^(hvc1|hev1|h\.?265|hevc)/.test(word)) return 'H.265';
  if (/^(mp4a|aac)/.test(word)) return 'AAC';
  if (/^(g711|pcm[ua]|g\.711)/.test(word)) return 'G.711';
  return codec;
}
