import type { LiveTaker } from './live-feed.ts';

/** What every browser decodes: H.264. */
export const isDecodable = (codec: string): boolean => codec.startsWith('avc');

/**
 * Lets the main picture through only while every browser decodes it. What it is may not be known when somebody begins
 * to watch, and may change: `onOther` is told with the first init segment of another kind.
 */
export function decodableOnly(out: LiveTaker, onOther: () => void): LiveTaker {
  let passes = false;
  let told = false;
  return {
    init: (init) => {
      passes = isDecodable(/codecs="([^"]*)"/.exec(init.mime)?.[1] ?? '');
      if (passes) out.init(init);
      else if (!told) {
        told = true;
        onOther();
      }
    },
    fragment: (fragment) => {
      if (passes) out.fragment(fragment);
    },
    skipped: () => {
      if (passes) out.skipped();
    },
  };
}
