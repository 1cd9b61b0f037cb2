import { describe, expect, it } from '@jest/globals';
import { CaptureWatch } from './capture-watch.ts';
import { classifyFfmpegExit } from './ffmpeg-exit.ts';

const watch = (of: { hasPicture?: boolean; expectsSound?: boolean } = {}) =>
  new CaptureWatch({
    stallMs: 3_000,
    maxBytesPerSecond: 12_500_000,
    hasPicture: true,
    expectsSound: true,
    nowMs: 0,
    ...of,
  });

describe('CaptureWatch', () => {
  it('gives a capture time to start, then expects a whole picture fragment every 3 s', () => {
    const of = watch();
    expect(of.verdict(9_999)).toBe('fine');
    expect(of.verdict(10_001)).toBe('never-started');
    of.arrived('picture', 10_100, 100, 25_000);
    expect(of.verdict(13_000)).toBe('fine');
    of.arrived('sound', 13_000, 3_000, 25_000);
    expect(of.verdict(13_200)).toBe('stalled');
  });

  it('misses sound after 10 s while the picture goes on, also sound that never came', () => {
    const of = watch();
    for (let nowMs = 0; nowMs <= 12_000; nowMs += 100) of.arrived('picture', nowMs, nowMs, 25_000);
    expect(of.verdict(12_000)).toBe('sound-missing');
    of.arrived('sound', 12_100, 12_100, 25_000);
    of.arrived('picture', 12_200, 12_200, 25_000);
    expect(of.verdict(12_300)).toBe('fine');
  });

  it('calls it a flood when 100 Mbit/s have been exceeded for 5 s, and a burst none', () => {
    const burst = watch();
    for (let nowMs = 0; nowMs <= 12_000; nowMs += 100)
      burst.arrived('picture', nowMs, nowMs, nowMs < 1_000 ? 3_000_000 : 25_000);
    expect(burst.verdict(12_000)).toBe('sound-missing');
    const flood = watch();
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 100) flood.arrived('picture', nowMs, nowMs, 1_300_000);
    expect(flood.verdict(10_000)).toBe('flooding');
  });

  it('does not believe media that runs ahead of the time in which it came, beyond a burst at the start', () => {
    const burst = watch();
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 100) burst.arrived('picture', nowMs, nowMs + 9_000, 25_000);
    expect(burst.verdict(1_000)).toBe('fine');
    const racing = watch();
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 100) racing.arrived('picture', nowMs, nowMs * 50, 25_000);
    expect(racing.verdict(1_000)).toBe('racing');
  });

  it('judges a microphone by its sound', () => {
    const of = watch({ hasPicture: false });
    of.arrived('sound', 100, 100, 25_000);
    expect(of.verdict(3_000)).toBe('fine');
    expect(of.verdict(3_200)).toBe('stalled');
  });
});

describe('classifyFfmpegExit', () => {
  it.each([
    ['[rtsp @ 0x1] method DESCRIBE failed: 401 Unauthorized', false, 'camera-refused-login'],
    ['Server returned 403 Forbidden (access denied)', false, 'camera-refused-login'],
    ['Connection to tcp://10.0.0.7:554 failed: Connection refused', false, 'camera-unreachable'],
    ["Stream map '0:a:0' matches no streams.", false, 'codec-changed'],
    ['', true, 'camera-closed'],
  ])('%p -> %s', (line, hadFootage, cause) => {
    expect(classifyFfmpegExit([line], hadFootage).cause).toBe(cause);
  });
});
