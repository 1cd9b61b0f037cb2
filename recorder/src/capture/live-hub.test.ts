import { describe, expect, it } from '@jest/globals';
import { captureIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import { LiveHub, Subscriber } from './live-hub.ts';

const init = { mime: 'video/mp4', captureId: newId(captureIdSchema), quality: 'main' } as const;
const fragment = (capturedAt: number, keyframe: boolean) => ({
  bytes: Uint8Array.of(capturedAt),
  meta: { capturedAt: utcMs(capturedAt), durationMs: 100, keyframe },
});

function viewer() {
  const seen: string[] = [];
  const subscriber = new Subscriber({
    init: ({ quality }) => void seen.push(`init ${quality}`),
    fragment: ({ seq, capturedAt }) => void seen.push(`${seq}:${capturedAt}`),
    ended: () => void seen.push('ended'),
  });
  return { seen, subscriber };
}

describe('LiveHub', () => {
  it('starts a late viewer at the last keyframe and an early one at the next', () => {
    const hub = new LiveHub();
    const [early, late] = [viewer(), viewer()];
    hub.add(early.subscriber);
    hub.start(init, Uint8Array.of(0));
    for (const [at, key] of [
      [1, false],
      [2, true],
      [3, false],
      [4, true],
      [5, false],
    ] as const)
      hub.push(fragment(at, key));
    hub.add(late.subscriber);
    hub.push(fragment(6, false));
    expect(early.seen).toEqual(['init main', '0:2', '1:3', '2:4', '3:5', '4:6']);
    expect(late.seen).toEqual(['init main', '0:4', '1:5', '2:6']);
    expect(hub.newestGop()).toHaveLength(4);
  });

  it('begins a new capture with a new init segment and its own keyframe, counting on', () => {
    const hub = new LiveHub();
    const { seen, subscriber } = viewer();
    hub.start(init, Uint8Array.of(0));
    hub.add(subscriber);
    hub.push(fragment(1, true));
    hub.stop();
    expect(hub.ready).toBe(false);
    hub.start(init, Uint8Array.of(0));
    hub.push(fragment(2, false));
    hub.push(fragment(3, true));
    expect(seen).toEqual(['init main', '0:1', 'init main', '1:3']);
  });

  it('does not hold a GOP without end', () => {
    const hub = new LiveHub();
    hub.start(init, Uint8Array.of(0));
    hub.push(fragment(1, true));
    const large = { ...fragment(2, false), bytes: new Uint8Array(1024 * 1024) };
    for (let megabyte = 0; megabyte < 20; megabyte += 1) hub.push(large);
    expect(hub.newestGop()).toBeUndefined();
    hub.push(fragment(3, true));
    expect(hub.newestGop()).toHaveLength(2);
  });
});
