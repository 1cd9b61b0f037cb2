export type FfmpegLine =
  /** Something that counts when it is asked why a capture ended. */
  | { readonly kind: 'complaint'; readonly text: string }
  /** The device sent ffmpeg to another address, which nobody has checked; ffmpeg goes there by itself. */
  | { readonly kind: 'redirect' }
  | { readonly kind: 'talk' };

/** Reads a line ffmpeg prints under `-v level+info`: `[part @ address] [level] text`, the part being optional. */
export function readFfmpegLine(line: string): FfmpegLine {
  const [, part = '', level, text = ''] = /^((?:\[[^\]]* @ [^\]]*\] )*)\[(\w+)\] (.*)$/.exec(line) ?? [];
  if (level === undefined) return { kind: 'complaint', text: line };
  if (level !== 'info') return { kind: 'complaint', text: part + text };
  return /^Status 3\d\d: Redirecting to /.test(text) ? { kind: 'redirect' } : { kind: 'talk' };
}
