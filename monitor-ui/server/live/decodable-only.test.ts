import { expect, test } from '@jest/globals';
import { decodableOnly } from './decodable-only.ts';
import type { LiveFragment, LiveInit } from './live-feed.ts';

const init = (codec: string) => ({ mime: `video/mp4; codecs="${codec}"` }) as LiveInit;
const fragment = (seq: number) => ({ seq }) as LiveFragment;

test('nothing of a picture that browsers cannot decode comes through, and it is said once', () => {
  const seen: unknown[] = [];
  const taker = decodableOnly(
    {
      init: ({ mime }) => seen.push(mime),
      fragment: ({ seq }) => seen.push(seq),
      skipped: () => seen.push('skipped'),
    },
    () => seen.push('another'),
  );
  taker.init(init('avc1.4d0028'));
  taker.fragment(fragment(1));
  taker.init(init('hvc1.1.6.L120.90'));
  taker.fragment(fragment(2));
  taker.skipped();
  taker.init(init('hvc1.1.6.L120.90'));
  expect(seen).toEqual(['video/mp4; codecs="avc1.4d0028"', 1, 'another']);
});
