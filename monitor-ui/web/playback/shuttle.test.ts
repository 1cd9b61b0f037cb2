import { describe, expect, it } from '@jest/globals';
import { atRest, byKeyframes, pressBackward, pressForward, pressPause, type Shuttle } from './shuttle.ts';

const press = (keys: string): Shuttle => {
  let shuttle = atRest;
  for (const key of keys) {
    shuttle =
      key === 'J' ? pressBackward(shuttle) : key === 'L' ? pressForward(shuttle) : pressPause(shuttle);
  }
  return shuttle;
};

describe('J K L', () => {
  it.each([
    ['L', true, 1],
    ['LL', true, 2],
    ['LLLLLLL', true, 16],
    ['J', true, -1],
    ['JJJ', true, -4],
    ['JJJL', true, 1],
    ['LLJ', true, -1],
    ['LLK', false, 2],
    ['LLKK', true, 2],
    ['LLLLKK', true, 1],
    ['JJKK', true, 1],
  ])('%s plays %s at %s', (keys, playing, rate) => {
    expect(press(keys)).toEqual({ playing, rate });
  });

  it('shows keyframes only above 4x and backwards', () => {
    expect([0.25, 4, 8, -1].map(byKeyframes)).toEqual([false, false, true, true]);
  });
});
