import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultMostLockDays, defaultRetentionDays } from '@minhbach/shared/object-store';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { signedCall, type S3Call, type S3Keys } from '../support/ceph-rgw/signed-call.ts';
import { UploadBench } from '../support/upload-bench.ts';

/* Who may do what to footage in a bucket that locks, under the policy that we give as an example. */

const policyFile = join(import.meta.dirname, '../../config/archive-policy.example.json');
const bucket = 'minh-bach';
const dayMs = 86_400_000;
const never = new AbortController().signal;

(cephIsHere() ? describe : describe.skip)('under config/archive-policy.example.json', () => {
  let rgw: CephRgw;
  let owner: S3Keys;
  let recorder: S3Keys;
  let monitor: S3Keys;
  let archive: ArchiveInCeph;
  let bench: UploadBench | undefined;

  beforeAll(async () => {
    rgw = await CephRgw.start();
    const { endpoint } = rgw;
    owner = { endpoint, accessKey: rgw.accessKey, secretKey: rgw.secretKey };
    recorder = { endpoint, ...(await rgw.addUser('recorder-ben-thanh')) };
    monitor = { endpoint, ...(await rgw.addUser('monitor')) };
    await (await archiveInCeph(rgw, { lock: true, prepared: 'bucket', changes: { bucket } })).close();
    const body = await readFile(policyFile, 'utf8');
    const set = await signedCall(owner, { method: 'PUT', path: `/${bucket}`, query: { policy: '' }, body });
    expect(set).toMatchObject({ status: expect.any(Number), code: '' });
    const { accessKey, secretKey } = recorder;
    archive = await archiveInCeph(rgw, { prepared: false, secretKey, changes: { bucket, accessKey } });
  });
  afterEach(async () => {
    await bench?.close();
    bench = undefined;
  });
  afterAll(async () => {
    await archive.close();
    await rgw.stop();
  });

  const retention = (path: string, versionId: string): S3Call => ({
    ...{ method: 'GET', path, query: { retention: '', versionId } },
  });
  const retain = (path: string, versionId: string, mode: string, untilMs: number): S3Call => ({
    ...{ method: 'PUT', path, query: { retention: '', versionId } },
    body: `<Retention><Mode>${mode}</Mode><RetainUntilDate>${new Date(untilMs).toISOString()}</RetainUntilDate></Retention>`,
  });
  const remove = (path: string, versionId: string, headers: Record<string, string> = {}): S3Call => ({
    ...{ method: 'DELETE', path, query: { versionId }, headers },
  });
  const bypass = { 'x-amz-bypass-governance-retention': 'true' };
  const status = async (keys: S3Keys, call: S3Call): Promise<number> => (await signedCall(keys, call)).status;

  test('a recorder finds the archive usable, and knows that its own key may not delete', async () => {
    const probe = await archive.store.probe({ signal: never });
    expect(probe).toMatchObject({ lock: 'enforced', mayRemove: false, versioning: true, multipart: true });
    expect(probe.remarks.join('; ')).toMatch(/this access key may not delete: as it should be/);
  });

  test('what it uploads is locked by default, in compliance mode, and goes no sooner than its date', async () => {
    // So that the default days end in seconds.
    const untilMs = Date.now() + 12_000;
    bench = await UploadBench.open(untilMs - 1_000 - defaultRetentionDays * dayMs);
    const [segment] = await bench.seal(1);
    expect(archive.settings.retention).toBeUndefined();
    const uploads = bench.startUploads(archive);
    await bench.archived();
    expect(uploads.archive.state).toBe('working');
    await bench.stopUploads();
    expect(await bench.disagreements(archive.store)).toEqual([]);
    const path = `/${bucket}/${segment?.key ?? ''}`;
    const versionId = bench.proven()[0]?.versionId ?? '';
    const { text } = await signedCall(monitor, retention(path, versionId));
    expect(text).toContain('<Mode>COMPLIANCE</Mode>');
    expect(Date.parse(/<RetainUntilDate>([^<]+)/.exec(text)?.[1] ?? '')).toBe(untilMs);
    // Nobody: not the monitor, who may delete and lock, nor the bucket's owner, who may do all.
    for (const keys of [monitor, owner]) {
      expect(await status(keys, remove(path, versionId))).toBe(403);
      expect(await status(keys, remove(path, versionId, bypass))).toBe(403);
      expect(await status(keys, retain(path, versionId, 'COMPLIANCE', untilMs - 2_000))).toBe(403);
      expect(await status(keys, retain(path, versionId, 'GOVERNANCE', untilMs + 2_000))).toBe(403);
    }
    expect(Date.now()).toBeLessThan(untilMs);
    expect(await bench.disagreements(archive.store)).toEqual([]);
    await delay(untilMs + 1_200 - Date.now());
    expect(await status(monitor, remove(path, versionId))).toBe(204);
  });

  // With a date that ends in seconds, both days count from the same end.
  test.each([
    ['for longer than the recorder promises is locked for that long', 365, 365],
    ['for less is locked for as long as the recorder promises', 30, defaultRetentionDays],
    ['for longer than the recorder may lock is locked for so long', 3_650, defaultMostLockDays],
  ])('what it uploads of a counter that is kept %s', async (_what, counterDays, days) => {
    const untilMs = Date.now() + 20_000;
    bench = await UploadBench.open(untilMs - 1_000 - days * dayMs);
    bench.counterDays = counterDays;
    const [segment] = await bench.seal(1);
    bench.startUploads(archive);
    await bench.archived();
    const versionId = bench.proven()[0]?.versionId ?? '';
    const { text } = await signedCall(monitor, retention(`/${bucket}/${segment?.key ?? ''}`, versionId));
    expect(text).toContain('<Mode>COMPLIANCE</Mode>');
    expect(Date.parse(/<RetainUntilDate>([^<]+)/.exec(text)?.[1] ?? '')).toBe(untilMs);
  });

  describe('of footage that no lock holds', () => {
    let path: string;
    let versionId: string;
    beforeAll(async () => {
      bench = await UploadBench.open();
      const [segment] = await bench.seal(1);
      const settings = { ...archive.settings, retention: { mode: 'none' as const, days: 1 } };
      bench.startUploads({ store: archive.store, settings });
      await bench.archived();
      path = `/${bucket}/${segment?.key ?? ''}`;
      versionId = bench.proven()[0]?.versionId ?? '';
    });

    test.each<[string, () => S3Call]>([
      ['delete', () => ({ method: 'DELETE', path })],
      ['delete a version', () => remove(path, versionId)],
      ['read a retention', () => retention(path, versionId)],
      ['set a retention', () => retain(path, versionId, 'GOVERNANCE', Date.now() + 2_000)],
      ['look for a hold', () => ({ method: 'GET', path, query: { 'legal-hold': '', versionId } })],
      [
        'change who may read',
        () => ({ method: 'PUT', path, query: { acl: '' }, headers: { 'x-amz-acl': 'public-read' } }),
      ],
      ['change the policy', () => ({ method: 'DELETE', path: `/${bucket}`, query: { policy: '' } })],
      [
        'stop the versions',
        () => ({
          method: 'PUT',
          path: `/${bucket}`,
          query: { versioning: '' },
          body: '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
        }),
      ],
      [
        'let the bucket expire it',
        () => ({
          method: 'PUT',
          path: `/${bucket}`,
          query: { lifecycle: '' },
          body: '<LifecycleConfiguration><Rule><ID>x</ID><Status>Enabled</Status><Prefix></Prefix><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
        }),
      ],
    ])('a recorder’s key cannot %s', async (_what, call) => {
      expect(await signedCall(recorder, call())).toMatchObject({ status: 403, code: 'AccessDenied' });
      // What was refused is all that was: it is there, and can be read.
      expect(await status(recorder, { method: 'GET', path, query: { versionId } })).toBe(200);
    });

    test('a recorder’s key gets past no lock in governance mode, and cannot shorten it, though it may set one', async () => {
      const untilMs = Date.now() + 600_000;
      const locked = `/${bucket}/r/governed`;
      const headers = {
        'x-amz-object-lock-mode': 'GOVERNANCE',
        'x-amz-object-lock-retain-until-date': new Date(untilMs).toISOString(),
      };
      expect(await status(recorder, { method: 'PUT', path: locked, headers, body: 'footage' })).toBe(200);
      const version = (await archive.store.stat('r/governed', { signal: never }))?.versionId ?? '';
      for (const call of [
        remove(locked, version, bypass),
        { ...retain(locked, version, 'GOVERNANCE', untilMs - 60_000), headers: bypass },
        retention(locked, version),
      ]) {
        expect(await signedCall(recorder, call)).toMatchObject({ status: 403, code: 'AccessDenied' });
      }
      expect(await status(recorder, { method: 'GET', path: locked, query: { versionId: version } })).toBe(
        200,
      );
      // The calls are sound: who may, can.
      expect(await status(owner, remove(locked, version))).toBe(403);
      expect(await status(owner, remove(locked, version, bypass))).toBe(204);
    });

    test('the monitor’s key reads and sets a retention, and removes what is not locked', async () => {
      expect(await status(monitor, retain(path, versionId, 'GOVERNANCE', Date.now() + 2_000))).toBe(200);
      expect((await signedCall(monitor, retention(path, versionId))).text).toContain('GOVERNANCE');
      await delay(3_200);
      expect(await status(monitor, remove(path, versionId))).toBe(204);
    });
  });
});
