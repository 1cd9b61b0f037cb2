import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openObjectStore, type ObjectStore, type ObjectStoreSettings } from '@minhbach/shared/object-store';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import { archiveInCeph, cephIsHere } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { sha256Of } from '../support/sample-footage.ts';
import { UploadBench } from '../support/upload-bench.ts';

/* `fsck --archive` of a recorder: what somebody did to the objects of proven footage is named, object by object. */

interface Made {
  readonly store: ObjectStore;
  readonly settings: ObjectStoreSettings;
  close(): Promise<void>;
}

const never = new AbortController().signal;
let rgw: CephRgw | undefined;
const inCeph = async (lock: boolean): Promise<Made> => {
  rgw ??= await CephRgw.start();
  // Versions are kept, and may be removed.
  const retention = { mode: 'none' as const, days: 1 };
  return archiveInCeph(rgw, { lock, prepared: 'bucket', changes: { retention } });
};
const makes: readonly { name: string; here: boolean; keepsVersions: boolean; make(): Promise<Made> }[] = [
  {
    ...{ name: 'a directory', here: true, keepsVersions: false },
    make: async () => {
      const path = await mkdtemp(join(tmpdir(), 'fsck-archive-'));
      const settings = { type: 'directory', path } as const;
      const store = await openObjectStore(settings);
      return { store, settings, close: () => rm(path, { recursive: true }) };
    },
  },
  { name: 'Ceph RGW', here: cephIsHere(), keepsVersions: false, make: () => inCeph(false) },
  { name: 'Ceph RGW that keeps versions', here: cephIsHere(), keepsVersions: true, make: () => inCeph(true) },
];

afterAll(() => rgw?.stop());

for (const { name, here, keepsVersions, make } of makes) {
  (here ? describe : describe.skip)(`fsck of proven footage in ${name}`, () => {
    let archive: Made;
    let bench: UploadBench;
    let one: SegmentSealed;
    let other: SegmentSealed;
    beforeAll(async () => {
      archive = await make();
    });
    afterAll(() => archive.close());
    beforeEach(async () => {
      bench = await UploadBench.open();
      const [first, second] = await bench.seal(3);
      if (first === undefined || second === undefined) throw new Error('unreachable');
      [one, other] = [first, second];
      bench.startUploads(archive);
      await bench.archived();
      await bench.stopUploads();
    });
    afterEach(() => bench.close());

    const versionOf = (key: string): string | undefined =>
      bench.proven().find((object) => object.key === key)?.versionId;
    const bodyOf = async (key: string): Promise<Buffer> =>
      buffer(await archive.store.get(key, { versionId: versionOf(key), signal: never }));
    const remove = async (key: string): Promise<void> => {
      const versionId = versionOf(key);
      expect(await archive.store.remove(key, { versionId, signal: never })).toBe('removed');
    };
    const put = async (key: string, body: Buffer): Promise<void> => {
      const sha256 = sha256HexSchema.parse(sha256Of(body));
      await archive.store.put(key, body, { sha256, contentType: 'video/mp4', signal: never });
    };
    const missing = ({ key, sha256 }: SegmentSealed) => ({
      ...{ code: 'object-missing', where: expect.stringContaining(key), found: 'no object' },
      expected: `SHA-256 ${sha256}`,
    });
    /** Where versions are kept, what was put in its place is another version: the proven one is gone. */
    const replaced = (segment: SegmentSealed, by: Buffer) =>
      keepsVersions
        ? missing(segment)
        : {
            ...{ code: 'object-altered', where: segment.key, sourceId: segment.sourceId },
            span: { fromUtcMs: segment.startUtcMs, toUtcMs: segment.endUtcMs },
            ...{ expected: `SHA-256 ${segment.sha256}`, found: `SHA-256 ${sha256Of(by)}` },
          };
    const inOrder = (...found: object[]) => {
      expect(found).toHaveLength(2);
      return one.segmentId < other.segmentId ? found : found.reverse();
    };

    test('finds nothing where nothing was done', async () => {
      expect(await bench.disagreements(archive.store)).toEqual([]);
    });

    test('names the one that was deleted', async () => {
      await remove(one.key);
      expect(await bench.disagreements(archive.store)).toMatchObject([missing(one)]);
    });

    test('names the one of which a bit was changed', async () => {
      const body = await bodyOf(one.key);
      body[body.length - 9] = (body[body.length - 9] ?? 0) ^ 1;
      await remove(one.key);
      await put(one.key, body);
      expect(await bench.disagreements(archive.store)).toMatchObject([replaced(one, body)]);
    });

    test('names both of two that were swapped', async () => {
      const [a, b] = [await bodyOf(one.key), await bodyOf(other.key)];
      await remove(one.key);
      await remove(other.key);
      await put(one.key, b);
      await put(other.key, a);
      expect(await bench.disagreements(archive.store)).toMatchObject(
        inOrder(replaced(one, b), replaced(other, a)),
      );
    });

    if (keepsVersions) {
      test('is not misled by a version that was put on top', async () => {
        await put(one.key, Buffer.from('doctored'));
        expect(await bench.disagreements(archive.store)).toEqual([]);
      });
    }
  });
}
