import { describe, expect, it } from '@jest/globals';
import { ServerClock } from './server-clock.ts';

describe('ServerClock', () => {
  it('knows nothing before the server spoke', () => {
    expect(new ServerClock().now()).toBeUndefined();
  });

  it('believes the least delayed message, not the newest', () => {
    const clock = new ServerClock();
    clock.observe(1_000_000, 110);
    clock.observe(1_000_100, 205);
    clock.observe(1_000_200, 350);
    expect(clock.at(400)).toBe(1_000_295);
  });

  it('follows a clock that is set back once the old readings are a minute old', () => {
    const clock = new ServerClock();
    clock.observe(1_000_000, 0);
    clock.observe(1_059_000, 60_500);
    expect(clock.at(61_000)).toBe(1_059_500);
  });
});
