import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectStoreError } from '@minhbach/shared/object-store';
import { sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { EntryBundler, rebuildCatalogue } from '../../monitor-ui/server/catalogue/index.ts';
import { checkMonitor, type MonitorDisagreement } from '../../monitor-ui/server/fsck/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { signedCall } from '../support/ceph-rgw/signed-call.ts';
import { catalogueState, fillArchive, loseCatalogue } from '../support/filled-archive.ts';
import { dayMs, RetentionBench } from '../support/retention-bench.ts';

const never = new AbortController().signal;

/* Retention over a bucket that really locks: exact versions, dates seconds ahead. */
(cephIsHere() ? describe : describe.skip)('retention in Ceph RGW', () => {
  let rgw: CephRgw;
  let archive: ArchiveInCeph;
  let bench: RetentionBench;
  beforeAll(async () => {
    rgw = await CephRgw.start();
  });
  afterAll(() => rgw.stop());
  beforeEach(async () => {
    archive = await archiveInCeph(rgw, { lock: true });
    bench = await RetentionBench.start(archive.store);
  });
  afterEach(async () => {
    await bench.close();
    await archive.close();
  });
  const hold = (fromMs: number, toMs: number) =>
    bench.rooms().holds.place(bench.investigator, {
      counterId: bench.counterId,
      from: utcMs(fromMs),
      to: utcMs(toMs),
      reason: 'khiếu nại',
    });
  const remove = (segment: { key: string; versionId: string | undefined }) =>
    archive.store.remove(segment.key, { versionId: segment.versionId, signal: never });

  const heldAs = async ({ key, versionId = '' }: { key: string; versionId: string | undefined }) => {
    const { endpoint, accessKey, secretKey } = rgw;
    const path = `/${archive.settings.bucket}/${key}`;
    const ask = { method: 'GET', path, query: { retention: '', versionId } } as const;
    const { text } = await signedCall({ endpoint, accessKey, secretKey }, ask);
    const [, mode = 'none'] = /<Mode>([^<]+)/.exec(text) ?? [];
    return [mode, Date.parse(/<RetainUntilDate>([^<]+)/.exec(text)?.[1] ?? '')];
  };

  test('a hold extends how long the very versions in its span are held, later ones too, and renews it', async () => {
    const start = bench.nowMs - 3_600_000;
    const inside = await bench.film(bench.camera, start);
    const outside = await bench.film(bench.camera, start + 600_000);
    hold(start, start + 60_000);
    const keep = async () => {
      bench.nowMs = Date.now();
      await bench.rooms().keeper.run(never);
    };
    await keep();
    const firstDateMs = bench.nowMs + bench.holdAheadMs;
    expect(await remove(inside)).toBe('held');
    const later = await bench.film(bench.microphone, start + 30_000);
    await keep();
    expect(await remove(later)).toBe('held');
    expect(await remove(outside)).toBe('removed');
    expect(bench.rooms().keeper.versionsHeld()).toBe(2);
    // Less than half is left: the next pass renews, and the first date passes without effect.
    await delay(firstDateMs - bench.holdAheadMs / 2 + 500 - Date.now());
    await keep();
    await delay(firstDateMs + 1_200 - Date.now());
    expect(await remove(inside)).toBe('held');
  }, 60_000);

  describe('the days of a counter', () => {
    const keep = () => {
      bench.nowMs = Date.now();
      return bench.rooms().days.run(never);
    };
    const decide = (days: number) =>
      bench.rooms().policies.state({
        ...{ counterId: bench.counterId, days, basis: 'quy chế', quotaBytes: null },
        decidedBy: bench.administrator.person.id,
      });
    /** Archived by a recorder that locks for some seconds from now, and so many days old that these end when they say. */
    const film = (days: number, endsMs: number, more: Parameters<RetentionBench['film']>[2] = {}) =>
      bench.film(bench.camera, endsMs - days * dayMs - 2_000, more);
    const dateFor = (days: number, { endUtcMs }: { endUtcMs: number }) => endUtcMs + days * dayMs;

    test('extend locks that end sooner, when they are raised and of what comes later; fewer shorten none', async () => {
      const now = Date.now();
      const shortMs = now + 3_000;
      const before = await film(365, now + 60_000, { retainUntilMs: shortMs });
      // As it was without: the recorder's lock ends, and nobody has looked at it.
      const untold = await film(365, now + 70_000, { retainUntilMs: shortMs, told: 'sealed' });
      await keep();
      expect(await heldAs(before)).toEqual(['COMPLIANCE', shortMs]);
      decide(365);
      const later = await film(365, now + 80_000, { retainUntilMs: shortMs });
      await keep();
      expect(await heldAs(before)).toEqual(['COMPLIANCE', dateFor(365, before)]);
      expect(await heldAs(later)).toEqual(['COMPLIANCE', dateFor(365, later)]);
      expect(bench.rooms().days.waiting()).toBe(0);
      decide(30);
      await keep();
      expect(await heldAs(before)).toEqual(['COMPLIANCE', dateFor(365, before)]);
      await delay(shortMs + 1_200 - Date.now());
      expect(await remove(untold)).toBe('removed');
      expect(await remove(before)).toBe('held');
      expect(await remove(later)).toBe('held');
    }, 60_000);

    test('raised again after fewer, reach what was archived in between', async () => {
      const now = Date.now();
      decide(365);
      await keep();
      decide(30);
      await keep();
      const between = await film(365, now + 60_000, { retainUntilMs: now + 30_000 });
      await keep();
      expect(await heldAs(between)).toEqual(['COMPLIANCE', now + 30_000]);
      decide(365);
      await keep();
      expect(await heldAs(between)).toEqual(['COMPLIANCE', dateFor(365, between)]);
    });

    test('are worked off over several runs and restarts, past one version that is gone', async () => {
      const now = Date.now();
      decide(365);
      bench.locksAtOnce = 2;
      const films = [];
      for (let nth = 0; nth < 5; nth += 1) films.push(await film(365, now + 60_000 + nth * 10_000));
      const [, gone, third] = films;
      if (gone === undefined || third === undefined) throw new Error('unreachable');
      expect(await remove(gone)).toBe('removed');
      await keep();
      expect(bench.rooms().days.waiting()).toBe(3);
      expect(await heldAs(third)).toEqual(['none', NaN]);
      await keep();
      await keep();
      expect(bench.rooms().days.waiting()).toBe(0);
      for (const one of films)
        if (one !== gone) expect(await heldAs(one)).toEqual(['COMPLIANCE', dateFor(365, one)]);
    }, 60_000);

    test('are held for the others while one version cannot be, and for that one once it can', async () => {
      const now = Date.now();
      decide(365);
      const [first, second] = [await film(365, now + 60_000), await film(365, now + 70_000)];
      const { store } = archive;
      const extend = store.extendRetention.bind(store);
      store.extendRetention = async (key, options) => {
        if (key === first.key) throw new ObjectStoreError('refused', 'not this one', { retryable: true });
        return extend(key, options);
      };
      await expect(keep()).rejects.toThrow('not this one');
      await expect(keep()).rejects.toThrow('not this one');
      expect(await heldAs(second)).toEqual(['COMPLIANCE', dateFor(365, second)]);
      store.extendRetention = extend;
      await keep();
      expect(await heldAs(first)).toEqual(['COMPLIANCE', dateFor(365, first)]);
    });

    test('lock for no longer than the archive’s settings allow, in their mode, and nothing where they say none', async () => {
      const now = Date.now();
      decide(3_650);
      bench.retention = undefined;
      const one = await film(400, now + 60_000);
      await keep();
      expect(await heldAs(one)).toEqual(['none', NaN]);
      bench.retention = { mode: 'governance', days: 90, mostDays: 400 };
      await keep();
      expect(await heldAs(one)).toEqual(['GOVERNANCE', dateFor(400, one)]);
    });
  });

  test('a hold extends a lock that who has the right may lift, and holds a version that is stored anew', async () => {
    const start = bench.nowMs - 3_600_000;
    const liftable = { retainUntilMs: Date.now() + 3_000, retentionMode: 'governance' } as const;
    const segment = await bench.film(bench.camera, start, liftable);
    hold(start, start + 60_000);
    bench.nowMs = Date.now();
    await bench.rooms().keeper.run(never);
    expect(await heldAs(segment)).toEqual(['GOVERNANCE', bench.nowMs + bench.holdAheadMs]);
    const again = await bench.storeAnew(segment);
    await bench.rooms().keeper.run(never);
    expect(await heldAs(again)).toEqual(['COMPLIANCE', bench.nowMs + bench.holdAheadMs]);
  });

  test('the lock refuses what is due: written down, tried again, removed by its exact version when it may be', async () => {
    const now = Date.now();
    const locked = await bench.film(bench.camera, bench.nowMs - 95 * dayMs, { retainUntilMs: now + 4_000 });
    const free = await bench.film(bench.camera, bench.nowMs - 95 * dayMs + 10_000);
    // As in a bucket that locks whatever comes by default.
    const pictures = [await bench.picture(locked, now + 4_000), await bench.picture(free)];
    const { expiry, audit } = bench.rooms();
    await expiry.run(never);
    expect(await bench.isArchived(free)).toBe(false);
    expect(await bench.isArchived(locked)).toBe(true);
    expect(await Promise.all(pictures.map((one) => bench.isArchived(one)))).toEqual([true, false]);
    expect(bench.timeline(bench.camera, locked.startUtcMs, locked.endUtcMs)).toMatchObject([
      { kind: 'footage' },
    ]);
    const incomplete = audit.list({ kind: 'expiry-incomplete', limit: 5 });
    expect(incomplete).toMatchObject([{ subject: { removed: 1, kept: 0, locked: 1 } }]);
    await delay(now + 5_300 - Date.now());
    await expiry.run(never);
    expect(await bench.isArchived(locked)).toBe(false);
    expect(bench.timeline(bench.camera, locked.startUtcMs, locked.endUtcMs)).toMatchObject([
      { cause: 'expired' },
    ]);
    // Nothing is left behind, as a marker would leave.
    for (const { key } of [locked, ...pictures]) {
      expect(await archive.store.stat(key, { signal: never })).toBeUndefined();
    }
  }, 60_000);

  test('the catalogue is made anew from the bucket alone', async () => {
    await fillArchive(bench, 40);
    const bundler = () =>
      new EntryBundler(bench.database, bench.store, (error) => {
        throw error;
      }).run(never);
    await bundler();
    // A wider bundle replaces the one before.
    await bench.film(bench.camera, bench.nowMs - 600_000);
    await bundler();
    const before = catalogueState(bench);
    loseCatalogue(bench);
    const parts = {
      database: bench.database,
      store: bench.store,
      signal: never,
      onProgress: () => undefined,
    };
    expect(await rebuildCatalogue(parts)).toMatchObject({ segments: 42, gaps: 2, findings: [] });
    expect(catalogueState(bench)).toEqual(before);
  }, 60_000);

  test('fsck of the monitor agrees with the bucket, then names what was removed and what was put in a place', async () => {
    const start = bench.nowMs - 600_000;
    const films = [];
    for (let nth = 0; nth < 4; nth += 1) films.push(await bench.film(bench.camera, start + nth * 10_000));
    const found = async () => {
      const disagreements: MonitorDisagreement[] = [];
      await checkMonitor({
        dataDirectory: bench.directory,
        shield: Shield.ofKey(Buffer.alloc(32)),
        ...{ store: archive.store, inFull: true, signal: never, onProgress: () => undefined },
        onDisagreement: (one) => void disagreements.push(one),
      });
      return disagreements.filter(({ code }) => code.startsWith('object-'));
    };
    expect(await found()).toEqual([]);
    const [removed, covered] = films;
    if (removed === undefined || covered === undefined) throw new Error('unreachable');
    expect(await remove(removed)).toBe('removed');
    // A version on top of the one that was proven changes nothing of it.
    const body = Buffer.from('doctored');
    const sha256 = sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
    await archive.store.put(covered.key, body, { sha256, contentType: 'video/mp4', signal: never });
    expect(await found()).toMatchObject([
      { code: 'object-missing', where: expect.stringContaining(removed.key) },
    ]);
    expect(await remove(covered)).toBe('removed');
    expect((await found()).map(({ where }) => where)).toEqual(
      [removed.key, covered.key].map((key) => expect.stringContaining(key)),
    );
  });
});
