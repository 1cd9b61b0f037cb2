import { expect, test } from '@jest/globals';
import type { LiveFragment, LiveInit, LiveTaker } from './live-feed.ts';
import { smallPictureOnly } from './small-picture-only.ts';

const init = (quality: 'main' | 'sub') => ({ quality }) as LiveInit;
const fragment = (seq: number) => ({ seq }) as LiveFragment;

test('the main picture that bridges the start never comes through', () => {
  const seen: unknown[] = [];
  const out: LiveTaker = {
    init: ({ quality }) => seen.push(quality),
    fragment: ({ seq }) => seen.push(seq),
    skipped: () => seen.push('skipped'),
  };
  const taker = smallPictureOnly(out);
  taker.init(init('main'));
  taker.fragment(fragment(1));
  taker.skipped();
  taker.init(init('sub'));
  taker.fragment(fragment(2));
  taker.init(init('main'));
  taker.fragment(fragment(3));
  expect(seen).toEqual(['sub', 2]);
});
