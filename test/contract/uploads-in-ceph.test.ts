import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { readBackSha256 } from '@minhbach/shared/object-store';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { newId, recorderIdSchema, sha256HexSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { takeOutIfDamaged } from '../../recorder/src/segments/index.ts';
import { openSpool, type Spool } from '../../recorder/src/spool/index.ts';
import { ArchiveUploads, WantedFootage } from '../../recorder/src/upload/index.ts';
import { SealedFootage } from '../../scripts/bench/sealed-footage.ts';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { countedSleeps } from '../support/counted-sleeps.ts';
import { FaultyLine, type LineFault } from '../support/faulty-line.ts';
import { until } from '../support/until.ts';

/** A recorder's uploads over a bad line to a real S3 server: nothing lost, nothing double, nothing proven that is not so. */

const never = new AbortController().signal;
const segmentBytes = 400_000;
const sourceId = newId(sourceIdSchema);

(cephIsHere() ? describe : describe.skip)('uploads to Ceph RGW', () => {
  let rgw: CephRgw;
  let line: FaultyLine;
  let directory: string;
  let archive: ArchiveInCeph;
  let spool: Spool;
  let footage: SealedFootage;
  let stopping: AbortController;
  let running: Promise<void> | undefined;
  let log: string[];

  beforeAll(async () => {
    rgw = await CephRgw.start();
    line = await FaultyLine.to(rgw.endpoint);
  });
  afterAll(async () => {
    await line[Symbol.asyncDispose]();
    await rgw.stop();
  });
  beforeEach(async () => {
    line.behave();
    directory = await mkdtemp(join(tmpdir(), 'uploads-in-ceph-'));
    spool = await openSpool({ directory, clock: systemClock, recorderId: newId(recorderIdSchema) });
    footage = new SealedFootage(spool, segmentBytes);
    stopping = new AbortController();
    running = undefined;
    log = [];
  });
  afterEach(async () => {
    stopping.abort();
    await running;
    spool.close();
    await archive.close();
    await rm(directory, { recursive: true });
  });

  async function start(
    options: Parameters<typeof archiveInCeph>[1] = {},
    upload: Partial<ConstructorParameters<typeof ArchiveUploads>[0]['upload']> = {},
    clock = systemClock,
  ): Promise<ArchiveUploads> {
    const changes = {
      endpoint: line.endpoint,
      idleTimeoutMs: 1_500,
      requestDeadlineMs: 6_000,
      ...options.changes,
    };
    archive = await archiveInCeph(rgw, { prepared: 'bucket', ...options, changes });
    const uploads = new ArchiveUploads({
      store: archive.store,
      archive: archive.settings,
      upload: { parallel: 3, timeZone: 'Asia/Ho_Chi_Minh', proveBy: 'recorder', ...upload },
      cacheBytes: 1e9,
      pauses: { firstMs: 50, maxMs: 500 },
      wanted: new WantedFootage(systemClock),
      monitor: () => undefined,
      isSpoolShort: () => false,
      onFileDamaged: async (segmentId) => void (await takeOutIfDamaged(spool, segmentId)),
      clock,
      logger: pino({ level: 'info' }, { write: (text: string) => void log.push(text) }),
      spool,
    });
    running = uploads.run(stopping.signal);
    return uploads;
  }

  async function seal(count: number): Promise<SegmentSealed[]> {
    const sealed: SegmentSealed[] = [];
    for (let index = 0; index < count; index += 1) {
      sealed.push(await footage.seal(sourceId, Date.now() - 600_000 + index * 60_000));
    }
    return sealed;
  }

  const provenVersions = (): Map<string, string | undefined> =>
    new Map(
      spool
        .readEntries(0, 1_000)
        .flatMap((entry) => (entry.kind === 'segment-proven' ? [[entry.key, entry.versionId]] : [])),
    );

  /** Straight from the server, past the line: what was stated as proven is there, and nothing else. */
  async function expectAllThere(sealed: readonly SegmentSealed[]): Promise<void> {
    const direct = await archiveInCeph(rgw, {
      prepared: false,
      changes: { bucket: archive.settings.bucket },
    });
    try {
      const proven = provenVersions();
      expect(proven.size).toBe(sealed.length);
      const keys: string[] = [];
      for await (const { key } of direct.store.list(`r/${spool.recorderId}/`, { signal: never }))
        keys.push(key);
      expect(keys.sort()).toEqual(sealed.map(({ key }) => key).sort());
      for (const { key, sha256, bytes } of sealed) {
        const object = { key, versionId: proven.get(key) };
        expect(await readBackSha256(direct.store, object, { signal: never })).toEqual({
          sha256,
          sizeBytes: bytes,
        });
      }
    } finally {
      await direct.close();
    }
  }

  const archived = (): Promise<void> => until(() => spool.notYetProven() === 0, 30_000);

  test.each<[string, LineFault]>([
    ['cuts puts in the middle', { cutRequestAfterBytes: 150_000 }],
    ['cuts answers in the middle', { cutAnswerAfterBytes: 150_000 }],
    ['loses every answer', { loseAnswers: true }],
    ['changes a bit on the way there', { damageRequestAtByte: 60_000 }],
    ['changes a bit on the way back', { damageAnswerAtByte: 60_000 }],
    ['falls silent', { silent: true }],
  ])('come through a line that %s', async (_name, fault) => {
    const sealed = await seal(2);
    const uploads = await start();
    await archived();
    line.behave(fault);
    sealed.push(...(await seal(4)));
    await until(() => log.some((text) => /the archive fails|could not be archived/.test(text)), 30_000);
    // A line that is bad only here and there may let one through; never more than it can be sure of.
    const provenMeanwhile = provenVersions().size;
    expect(provenMeanwhile).toBeLessThan(sealed.length);
    line.behave();
    await archived();
    await until(() => uploads.archive.state === 'working');
    await expectAllThere(sealed);
  });

  test('do not get a file that was damaged in the spool into the archive: it is named and taken out, once', async () => {
    const [damaged, whole] = await seal(2);
    if (damaged === undefined || whole === undefined) throw new Error('unreachable');
    const { segmentId, key } = damaged;
    await writeFile(join(spool.folders.sealed, `${segmentId}.mp4`), randomBytes(segmentBytes));
    await start();
    await archived();
    expect(await archive.store.stat(key, { signal: never })).toBeUndefined();
    const facts = spool.readEntries(0, 100);
    expect(facts.filter(({ kind }) => kind === 'segment-dropped')).toEqual([
      expect.objectContaining({ segmentId, reason: 'damaged', proven: false }),
    ]);
    expect(await readdir(spool.folders.quarantine)).toEqual([`${segmentId}.mp4`]);
    await expectAllThere([whole]);
  });

  test('of a file that is damaged after it was read end first: the archive has what was sealed', async () => {
    const [segment] = await seal(1);
    if (segment === undefined) throw new Error('unreachable');
    const { segmentId } = segment;
    // One attempt has to do, however slow the machine: after one that failed, what was sealed is nowhere any more.
    await start({ changes: { idleTimeoutMs: 30_000, requestDeadlineMs: 60_000 } });
    let goOn: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    let wasSent = false;
    const { store } = archive;
    const put = store.put.bind(store);
    store.put = async (...given) => {
      // The probe puts as well.
      if (given[0] !== segment.key) return put(...given);
      wasSent = true;
      await waiting;
      return put(...given);
    };
    await until(() => wasSent, 30_000);
    await writeFile(join(spool.folders.sealed, `${segmentId}.mp4`), randomBytes(segmentBytes));
    const taking = takeOutIfDamaged(spool, segmentId);
    goOn();
    expect((await taking)?.message).toMatch(/the archive has it, proven$/);
    await expectAllThere([segment]);
  });

  test('lock each object in the put itself, with the date that its footage asks for', async () => {
    const changes = { retention: { mode: 'governance' as const, days: 1 } };
    const [segment] = await seal(1);
    await start({ lock: true, changes });
    await archived();
    const key = segment?.key ?? '';
    const versionId = provenVersions().get(key);
    expect(versionId).toBeDefined();
    expect(await archive.store.remove(key, { versionId, signal: never })).toBe('held');
  });

  test('replace what was damaged in the archive by a new version, and prove that one', async () => {
    const [segment] = await seal(1);
    if (segment === undefined) throw new Error('unreachable');
    await start({ lock: true });
    await archived();
    const first = provenVersions().get(segment.key);
    // As after a crash that lost the journal, with something else lying on top.
    const other = Buffer.alloc(segmentBytes, 7);
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(other).digest('hex'));
    await archive.store.put(segment.key, other, {
      sha256,
      contentType: 'x/y',
      newVersion: true,
      signal: never,
    });
    spool.database.prepare(`UPDATE segment SET upload_state = 'uploading'`).run();
    await until(() => log.some((text) => text.includes('they are replaced')));
    await archived();
    await until(() => provenVersions().get(segment.key) !== first);
    await expectAllThere([segment]);
  });

  test('do not begin where locks are asked for and none is enforced, and say how to mend it', async () => {
    const [segment] = await seal(1);
    if (segment === undefined) throw new Error('unreachable');
    const { clock, sleeps } = countedSleeps();
    const uploads = await start({ changes: { retention: { mode: 'compliance', days: 1 } } }, {}, clock);
    await until(() => uploads.archive.state === 'failing' && uploads.probe !== undefined);
    expect(uploads.archive).toMatchObject({
      message: expect.stringMatching(/retention asks for locks, but the bucket .*check-store --create/),
    });
    expect(spool.readEntries(0, 100)).toContainEqual(
      expect.objectContaining({ kind: 'archive-probed', lock: 'none', refusal: expect.any(String) }),
    );
    const enough = sleeps() + 3;
    await until(() => {
      uploads.wake();
      return sleeps() >= enough;
    });
    // Not even begun: an attempt is counted before a byte of it is read.
    expect(spool.findSegment(segment.segmentId)).toMatchObject({ uploadState: 'sealed', attempts: 0 });
    expect(await archive.store.stat(segment.key, { signal: never })).toBeUndefined();
  });

  test('keep to a cap for what goes and what comes back, without a connection being taken for silent', async () => {
    await seal(5);
    const cap = 600_000;
    const began = performance.now();
    await start({}, { maxBytesPerSecond: cap });
    await archived();
    // Five segments, each sent and read back; a quarter of a second may have been saved up.
    const leastS = (5 * 2 * segmentBytes) / cap - 0.25;
    expect((performance.now() - began) / 1_000).toBeGreaterThan(leastS);
  });

  describe('set up wrongly, is told in one sentence how to mend it:', () => {
    test('a key that may only read', async () => {
      const key = await rgw.addReadOnlyKey();
      await start({ changes: { endpoint: rgw.endpoint } });
      const reader = await archiveInCeph(rgw, {
        prepared: false,
        secretKey: key.secretKey,
        changes: { bucket: archive.settings.bucket, accessKey: key.accessKey },
      });
      try {
        await expect(reader.store.probe({ signal: never })).rejects.toMatchObject({
          code: 'refused',
          hint: expect.stringMatching(/^this access key may not do that: give it s3:PutObject/),
        });
      } finally {
        await reader.close();
      }
    });

    test('virtual hosts, where the store knows paths only', async () => {
      await start({ changes: { endpoint: rgw.endpoint } });
      const { port } = new URL(rgw.endpoint);
      const virtual = await archiveInCeph(rgw, {
        prepared: false,
        changes: { bucket: archive.settings.bucket, pathStyle: false, endpoint: `http://localhost:${port}` },
      });
      try {
        await expect(virtual.store.probe({ signal: never })).rejects.toMatchObject({
          hint: expect.stringMatching(/set archive.pathStyle to true/),
        });
      } finally {
        await virtual.close();
      }
    });
  });

  // Last: after a kill, Ceph's next call for its users waits for the dead one's watches, up to half a minute.
  test('come through a gateway that is killed in the middle of puts, and one that freezes', async () => {
    const sealed = await seal(12);
    await start({ changes: { endpoint: rgw.endpoint } });
    await until(() => provenVersions().size > 0);
    await rgw.killGateway();
    sealed.push(...(await seal(6)));
    await until(() => log.some((text) => text.includes('the archive fails')));
    await rgw.startGateway();
    await until(() => log.some((text) => text.includes('the archive works again')), 30_000);
    rgw.pauseGateway();
    sealed.push(...(await seal(3)));
    await delay(1_000);
    rgw.resumeGateway();
    await archived();
    await expectAllThere(sealed);
  });
});
