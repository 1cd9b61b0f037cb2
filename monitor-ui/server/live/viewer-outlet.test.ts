import { describe, expect, it } from '@jest/globals';
import type { WebSocket } from 'ws';
import type { Clock } from '@minhbach/shared/clock';
import { liveMessageSchema } from '@minhbach/shared/protocol';
import { captureIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import { ViewerOutlet } from './viewer-outlet.ts';

/** A line that takes bytes only when the test lets it. */
class SlowLine {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  #flushed: (() => void)[] = [];

  send(data: string | Buffer, done?: () => void): void {
    if (typeof data === 'string') {
      const message = liveMessageSchema.parse(JSON.parse(data));
      if (message.type !== 'mark') this.sent.push(message.type);
      return;
    }
    this.sent.push(`bytes ${data.length}`);
    this.bufferedAmount += data.length;
    if (done) this.#flushed.push(done);
  }

  drain(): void {
    this.bufferedAmount = 0;
    for (const done of this.#flushed.splice(0)) done();
  }
}

let nowMs = 0;
const clock: Clock = {
  wallNow: () => utcMs(nowMs),
  monotonicNowMs: () => nowMs,
  sleep: async () => undefined,
};

function outletOn(line: SlowLine): ViewerOutlet {
  const outlet = new ViewerOutlet(line as unknown as WebSocket, clock, () => false);
  outlet.init({
    mime: 'video/mp4',
    quality: 'main',
    captureId: newId(captureIdSchema),
    bytes: Buffer.alloc(1),
  });
  return outlet;
}
const fragment = (sizeBytes: number, keyframe = false) => ({
  seq: 0,
  capturedAt: utcMs(0),
  keyframe,
  bytes: Buffer.alloc(sizeBytes),
});

describe('ViewerOutlet', () => {
  it('begins at a keyframe, behind an init segment', () => {
    const line = new SlowLine();
    const outlet = outletOn(line);
    outlet.fragment(fragment(5));
    outlet.fragment(fragment(6, true));
    expect(line.sent).toEqual(['init', 'bytes 1', 'bytes 6']);
  });

  it('leaves a slow viewer out until a keyframe finds the line free, and says so', () => {
    const line = new SlowLine();
    const outlet = outletOn(line);
    outlet.fragment(fragment(10, true));
    line.drain();
    outlet.fragment(fragment(1_100_000));
    outlet.fragment(fragment(20));
    outlet.fragment(fragment(21, true));
    line.drain();
    outlet.fragment(fragment(22));
    outlet.fragment(fragment(23, true));
    expect(line.sent.slice(2)).toEqual(['bytes 10', 'bytes 1100000', 'skip', 'bytes 23']);
  });

  it('counts as slow what has not left for two seconds, however little it is', () => {
    const line = new SlowLine();
    const outlet = outletOn(line);
    outlet.fragment(fragment(10, true));
    nowMs += 2_001;
    outlet.fragment(fragment(11));
    line.drain();
    outlet.fragment(fragment(12, true));
    expect(line.sent.slice(2)).toEqual(['bytes 10', 'skip', 'bytes 12']);
  });

  it('lets a viewer join with a large burst', () => {
    const line = new SlowLine();
    const outlet = outletOn(line);
    outlet.fragment(fragment(900_000, true));
    outlet.fragment(fragment(900_000));
    outlet.fragment(fragment(7));
    expect(line.sent).toEqual(['init', 'bytes 1', 'bytes 900000', 'bytes 900000', 'bytes 7']);
  });
});
