import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import type { LiveFragmentMeta } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { UplinkError, type LiveListener } from '../uplink/index.ts';
import type { LiveTaker } from './live-feed.ts';
import type { LiveUplink } from './live-relay.ts';
import { LiveRelays } from './live-relays.ts';
import { PictureSwitch } from './picture-switch.ts';

const recorderId = newId(recorderIdSchema);
const sourceId = newId(sourceIdSchema);
const camera = { recorderId, sourceId, kind: 'camera', quality: 'main' } as const;

class FakeUplink implements LiveUplink {
  readonly channels: { quality: string; listener: LiveListener; open: boolean }[] = [];
  offline = false;

  openLive(_recorder: unknown, stream: { quality: string }, listener: LiveListener) {
    if (this.offline) throw new UplinkError('offline', 'away');
    const channel = { quality: stream.quality, listener, open: true };
    this.channels.push(channel);
    return { close: () => void (channel.open = false) };
  }

  clockOffsetMs(): number {
    return 500;
  }

  get last(): LiveListener {
    const channel = this.channels.at(-1);
    if (!channel) throw new Error('no channel is open');
    return channel.listener;
  }
}

function takerInto(got: string[], name = ''): LiveTaker {
  return {
    init: (init) => got.push(`${name}init:${init.quality}`),
    fragment: (fragment) =>
      got.push(`${name}${fragment.seq}${fragment.keyframe ? 'k' : ''}@${fragment.capturedAt}`),
    skipped: () => got.push(`${name}skip`),
  };
}

const init = (quality: 'main' | 'sub' = 'main') =>
  ({ mime: 'video/mp4', captureId: newId(captureIdSchema), quality }) as const;
function meta(seq: number, keyframe = false): LiveFragmentMeta {
  return { seq, capturedAt: utcMs(1_000 + seq), durationMs: 100, keyframe };
}
const bytes = Buffer.alloc(10);

const uplink = new FakeUplink();
let relays = new LiveRelays(uplink, systemClock);
afterEach(() => {
  relays.close();
  uplink.channels.length = 0;
  uplink.offline = false;
  relays = new LiveRelays(uplink, systemClock);
});

describe('LiveRelays', () => {
  it('asks the recorder once for all who watch, and gives a joiner what came since the last keyframe', () => {
    const [one, two]: [string[], string[]] = [[], []];
    relays.join(camera, takerInto(one));
    uplink.last.init(init(), bytes);
    for (const seq of [0, 1, 2, 3, 4]) uplink.last.fragment(meta(seq, seq === 1 || seq === 3), bytes);
    relays.join(camera, takerInto(two));
    uplink.last.fragment(meta(5), bytes);
    expect(uplink.channels).toHaveLength(1);
    expect(one).toEqual(['init:main', '1k@501', '2@502', '3k@503', '4@504', '5@505']);
    expect(two).toEqual(['init:main', '3k@503', '4@504', '5@505']);
  });

  it('waits for a keyframe after the recorder left fragments out', () => {
    const got: string[] = [];
    relays.join(camera, takerInto(got));
    uplink.last.init(init(), bytes);
    uplink.last.fragment(meta(0, true), bytes);
    uplink.last.skipped();
    uplink.last.fragment(meta(7), bytes);
    uplink.last.fragment(meta(9, true), bytes);
    expect(got).toEqual(['init:main', '0k@500', 'skip', '9k@509']);
  });

  it('lingers after the last viewer, then lets the channel go; a viewer in between keeps it', async () => {
    const short = new LiveRelays(uplink, systemClock, { lingerMs: 100 });
    const first = short.join(camera, takerInto([]));
    first.leave();
    const second = short.join(camera, takerInto([]));
    expect(uplink.channels).toHaveLength(1);
    expect(uplink.channels[0]?.open).toBe(true);
    second.leave();
    while (short.open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(uplink.channels[0]?.open).toBe(false);
  });

  it('goes on when the recorder comes back', async () => {
    const got: string[] = [];
    uplink.offline = true;
    relays.join(camera, takerInto(got));
    uplink.offline = false;
    while (uplink.channels.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    uplink.last.init(init(), bytes);
    uplink.last.ended('lost');
    while (uplink.channels.length === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    uplink.last.init(init(), bytes);
    expect(got).toEqual(['init:main', 'init:main']);
  });
});

describe('PictureSwitch', () => {
  it("shows the first feed until the second's first keyframe, then only the second", () => {
    const got: string[] = [];
    let changes = 0;
    const { first, second } = new PictureSwitch(takerInto(got), () => (changes += 1));
    const full = (quality: 'main' | 'sub') => ({ ...init(quality), bytes });
    const fragment = (seq: number, keyframe: boolean) => ({ seq, keyframe, capturedAt: utcMs(0), bytes });
    first.init(full('main'));
    first.fragment(fragment(0, true));
    second.init(full('sub'));
    second.fragment(fragment(70, false));
    first.fragment(fragment(1, false));
    second.fragment(fragment(71, true));
    first.fragment(fragment(2, false));
    second.fragment(fragment(72, false));
    expect(got).toEqual(['init:main', '0k@0', '1@0', 'init:sub', '71k@0', '72@0']);
    expect(changes).toBe(1);
  });
});
