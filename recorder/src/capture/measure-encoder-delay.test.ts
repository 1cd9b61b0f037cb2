import { describe, expect, it } from '@jest/globals';
import { measureEncoderDelay } from './measure-encoder-delay.ts';

describe('measureEncoderDelay', () => {
  it("finds the click of this machine's ffmpeg within a hundredth of a second of where it was put", async () => {
    expect(Math.abs(await measureEncoderDelay('ffmpeg', AbortSignal.timeout(20_000)))).toBeLessThan(10);
  });

  it('says so when there is no encoder to measure', async () => {
    await expect(measureEncoderDelay('/nonexistent/ffmpeg', AbortSignal.timeout(5_000))).rejects.toThrow();
  });
});
