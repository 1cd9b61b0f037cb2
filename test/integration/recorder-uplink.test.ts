import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { counterIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import { JobFailedError } from '../../monitor-ui/server/uplink/index.ts';
import { KnownMonitors, openIdentity, type RecorderIdentity } from '../../recorder/src/identity/index.ts';
import { Uplink } from '../../recorder/src/uplink/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { ScriptedSite } from '../support/scripted-site.ts';
import { until } from '../support/until.ts';

let directory: string;
let monitor: MonitorHalf;
let site: ScriptedSite;
let identity: RecorderIdentity;
let stopping: AbortController;
let running: Promise<void>[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recorder-uplink-'));
  monitor = new MonitorHalf();
  await monitor.listen();
  site = new ScriptedSite();
  identity = await openIdentity(directory);
  stopping = new AbortController();
  running = [];
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(running);
  await monitor.close();
  await rm(directory, { recursive: true, force: true });
});

async function uplink(code = monitor.enrolmentCode, home = true): Promise<Uplink> {
  const made = new Uplink({
    identity,
    monitors: await KnownMonitors.open(directory),
    monitor: { url: monitor.url, home, ...(code === 'none' ? {} : { enrolmentCode: code }) },
    recorderName: 'Hộp ghi 1',
    ports: site,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    backOff: { firstMs: 20, maxMs: 100 },
  });
  running.push(made.run(stopping.signal));
  return made;
}

describe('enrolment', () => {
  test('pins the key the code names and needs the code no more', async () => {
    await uplink();
    await monitor.untilConnected(identity.recorderId);
    expect(monitor.enrolledNames).toEqual(['Hộp ghi 1']);
    const pinned = (await KnownMonitors.open(directory)).find(monitor.url);
    expect(pinned).toMatchObject({ monitorId: monitor.monitorId, publicKey: monitor.publicKey });

    stopping.abort();
    await Promise.all(running);
    stopping = new AbortController();
    await uplink('none');
    await monitor.untilConnected(identity.recorderId);
  });

  test('a monitor that moved to another port is known by its key', async () => {
    await uplink();
    await monitor.untilConnected(identity.recorderId);
    stopping.abort();
    await Promise.all(running);
    stopping = new AbortController();
    await monitor.close();
    await monitor.listen();
    await uplink('none');
    await monitor.untilConnected(identity.recorderId);
    expect(monitor.enrolledNames).toHaveLength(1);
  });

  test('the secret is never told to a monitor whose key the code does not name', async () => {
    const other = new MonitorHalf();
    await uplink(`${other.enrolmentCode.split('.').slice(0, 2).join('.')}.${monitor.secret}`);
    await until(() => monitor.connections >= 3);
    expect(monitor.enrolledNames).toEqual([]);
    expect(monitor.online).toBe(0);
  });

  test('a pinned monitor with another key is refused', async () => {
    await uplink();
    await monitor.untilConnected(identity.recorderId);
    const { port } = monitor;
    await monitor.close();
    const impostor = new MonitorHalf();
    impostor.known.set(identity.recorderId, { siteId: impostor.siteId, publicKey: identity.publicKey });
    await impostor.listen(port);
    await until(() => impostor.connections >= 3);
    expect(impostor.online).toBe(0);
    await impostor.close();
  });
});

describe('entries', () => {
  test('arrive in order and once, in batches, also those stated later', async () => {
    site.state(450);
    await uplink();
    await until(() => monitor.entries.length === 450);
    site.state(3);
    await until(() => monitor.entries.length === 453);
    expect(monitor.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 453 }, (_, seq) => seq));
    expect(Math.max(...monitor.batches.map(({ seqs }) => seqs.length))).toBeLessThanOrEqual(200);
    expect(monitor.misbehaviour).toEqual([]);
  });

  test('a line that is cut again and again loses and doubles nothing', async () => {
    await uplink();
    for (let round = 0; round < 8; round += 1) {
      site.state(120);
      await until(() => monitor.online > 0);
      if (round % 2 === 0) await until(() => monitor.entries.length > round * 100);
      monitor.cut();
    }
    await until(() => monitor.entries.length === 960);
    expect(monitor.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 960 }, (_, seq) => seq));
  });
});

describe('states and jobs', () => {
  test('sources, their changes, open segments and the report are told', async () => {
    await uplink();
    await until(() => monitor.sources.length === 1 && monitor.report !== undefined);
    site.changeState('retrying');
    await until(() => monitor.changes.at(-1)?.state === 'retrying');
    await until(() => monitor.openSegments.length === 1);
    expect(monitor.report).toMatchObject({ ledgerSize: 0, version: 'test' });
  });

  test('a job is answered with its result or its problem', async () => {
    await uplink();
    await monitor.untilConnected(identity.recorderId);
    const options = { timeoutMs: 5_000 };
    await expect(monitor.links.runJob(identity.recorderId, { kind: 'discover' }, options)).resolves.toEqual({
      kind: 'discover',
      devices: [],
    });
    const failed = monitor.links.runJob(
      identity.recorderId,
      { kind: 'retire', sourceId: site.sourceId },
      options,
    );
    await expect(failed).rejects.toBeInstanceOf(JobFailedError);
  });
});

describe('how long counters are kept', () => {
  const counterId = newId(counterIdSchema);

  test('is told at connecting, when it changes, and to who was away meanwhile', async () => {
    monitor.counterDays = [{ counterId, days: 90 }];
    await uplink();
    await until(() => site.counterDays.length === 1);
    monitor.counterDays = [{ counterId, days: 365 }];
    monitor.links.tellCounterDays();
    await until(() => site.counterDays.length === 2);
    monitor.counterDays = [{ counterId, days: 400 }];
    monitor.cut();
    await until(() => site.counterDays.length === 3);
    expect(site.counterDays.map(([told]) => told?.days)).toEqual([90, 365, 400]);
  });

  test('is not believed of a monitor that does not configure', async () => {
    monitor.counterDays = [{ counterId, days: 3_650 }];
    await uplink(monitor.enrolmentCode, false);
    await monitor.untilConnected(identity.recorderId);
    // What is said on one connection is taken in order: what came after it has been heard.
    monitor.links.wantFootage(identity.recorderId, { sourceId: site.sourceId, from: utcMs(1), to: utcMs(2) });
    await until(() => site.wanted.length === 1);
    expect(site.counterDays).toEqual([]);
  });
});

describe('media', () => {
  const watch = async () => {
    await uplink();
    await monitor.untilConnected(identity.recorderId);
    const seen = {
      inits: 0,
      seqs: [] as number[],
      keyframes: [] as boolean[],
      skips: 0,
      bytes: 0,
      bytesBeforeSkip: 0,
      ended: '',
    };
    const channel = monitor.links.openLive(
      identity.recorderId,
      { sourceId: site.sourceId, quality: 'main' },
      {
        init: () => void (seen.inits += 1),
        fragment: (meta, bytes) => {
          seen.seqs.push(meta.seq);
          seen.keyframes.push(meta.keyframe);
          seen.bytes += bytes.length;
        },
        skipped: () => {
          if (seen.skips === 0) seen.bytesBeforeSkip = seen.bytes;
          seen.skips += 1;
        },
        ended: (reason) => void (seen.ended = reason),
      },
    );
    await until(() => site.sinks.size === 1);
    return { seen, channel };
  };

  test('live fragments arrive whole while asked for, and no longer', async () => {
    const { seen, channel } = await watch();
    site.fragment(40_000, true);
    site.fragment(10, false);
    await until(() => seen.seqs.length === 2);
    expect(seen).toMatchObject({ inits: 1, bytes: 40_010, skips: 0 });
    channel.close();
    await until(() => site.sinks.size === 0);
    const other = await watch();
    for (const sink of site.sinks) sink.ended();
    await until(() => other.seen.ended !== '' && site.sinks.size === 0);
  });

  test('a line that does not keep up is skipped to a keyframe, and the recording is never held up', async () => {
    const { seen } = await watch();
    monitor.hold('/uplink/media');
    // 60 MB, all of it taken while nothing is read at the other end.
    for (let group = 0; group < 100; group += 1) {
      for (let frame = 0; frame < 10; frame += 1) site.fragment(60_000, frame === 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen.skips).toBe(0);
    monitor.release('/uplink/media');
    await until(async () => {
      site.fragment(1_000, true);
      return seen.skips > 0;
    });
    // All that was queued, at the recorder and in the sockets of the system, comes before the skip.
    expect(seen.bytesBeforeSkip).toBeLessThan(24 * 1024 * 1024);
    const firstAfterSkip = seen.seqs.findIndex(
      (seq, index) => index > 0 && seq !== (seen.seqs[index - 1] ?? 0) + 1,
    );
    expect(firstAfterSkip).toBeGreaterThan(0);
    expect(seen.keyframes[firstAfterSkip]).toBe(true);
  });

  test('footage comes byte for byte, any range, and does not delay live', async () => {
    const { seen } = await watch();
    const { recorderId } = identity;
    const whole = { segmentId: site.segmentId, firstByte: 0, lastByte: site.footage.length - 1 };
    const fetching = buffer(monitor.links.fetchFootage(recorderId, whole));
    const delays: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const sentAtMs = performance.now();
      site.fragment(20_000, true);
      await until(() => seen.seqs.length === round + 1);
      delays.push(performance.now() - sentAtMs);
    }
    expect((await fetching).equals(site.footage)).toBe(true);
    expect(delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)]).toBeLessThan(100);
    const part = await buffer(
      monitor.links.fetchFootage(recorderId, {
        segmentId: site.segmentId,
        firstByte: 70_001,
        lastByte: 70_001,
      }),
    );
    expect(part).toEqual(site.footage.subarray(70_001, 70_002));
  });

  test('footage that is not there says so; footage nobody wants any more is not read on', async () => {
    await uplink();
    await monitor.untilConnected(identity.recorderId);
    const { recorderId } = identity;
    const range = { firstByte: 0, lastByte: 10 };
    const missing = monitor.links.fetchFootage(recorderId, { segmentId: site.unknownSegmentId, ...range });
    await expect(buffer(missing)).rejects.toMatchObject({ code: 'footage-missing' });
    const dropped = monitor.links.fetchFootage(recorderId, {
      segmentId: site.segmentId,
      firstByte: 0,
      lastByte: 9e6,
    });
    await new Promise((resolve) => dropped.once('data', resolve));
    dropped.destroy();
    await until(() => site.readersOpen === 0);
  });

  test('a lost media connection ends what it carried and comes back by itself', async () => {
    const { seen } = await watch();
    monitor.cut('/uplink/media');
    await until(() => seen.ended !== '' && site.sinks.size === 0);
    await monitor.untilConnected(identity.recorderId);
  });
});
