import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import { archiveOutage } from '../../scripts/bench/archive-outage.ts';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { FaultyLine } from '../support/faulty-line.ts';
import { sha256Of } from '../support/sample-footage.ts';
import { until } from '../support/until.ts';
import { UploadBench } from '../support/upload-bench.ts';

/* An archive that is slow, breaks, lies or shuts the recorder out: nothing lost, nothing double, and fsck agrees. */

const idleTimeoutMs = 2_500;
const recorderSecret = randomBytes(15).toString('hex');
const serverError =
  '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>We broke</Message></Error>';

const messageOf = ({
  archive,
}: {
  readonly archive: { readonly state: string; readonly message?: string };
}) => archive.message ?? '';

(cephIsHere() ? describe : describe.skip)('an archive in Ceph RGW', () => {
  let rgw: CephRgw;
  let line: FaultyLine;
  let bench: UploadBench;
  let archive: ArchiveInCeph;

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
    bench = await UploadBench.open();
  });
  afterEach(async () => {
    await bench.close();
    await archive.close();
  });

  const make = async (options: Parameters<typeof archiveInCeph>[1] = {}): Promise<ArchiveInCeph> => {
    const changes = { endpoint: line.endpoint, idleTimeoutMs, requestDeadlineMs: 6_000, ...options.changes };
    archive = await archiveInCeph(rgw, { prepared: 'bucket', ...options, changes });
    return archive;
  };

  /** Looked at past the line, with the first user's own key. */
  async function direct<Result>(look: (store: ArchiveInCeph['store']) => Promise<Result>): Promise<Result> {
    const changes = { bucket: archive.settings.bucket };
    const past = await archiveInCeph(rgw, { prepared: false, changes });
    try {
      return await look(past.store);
    } finally {
      await past.close();
    }
  }

  async function expectAllThereOnce(): Promise<void> {
    await bench.archived();
    await bench.stopUploads();
    const keys = bench.sealed.map(({ key }) => key).sort();
    expect(
      bench
        .proven()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(keys);
    await direct(async (store) => {
      expect(await bench.keysIn(store)).toEqual(keys);
      expect(await bench.disagreements(store)).toEqual([]);
    });
  }

  test('that is slow is waited for, and one that is slower than any use is left until it is not', async () => {
    await bench.seal(1);
    const uploads = bench.startUploads(await make());
    await bench.archived();
    line.behave({ delayMs: 200 });
    const slowly = await bench.seal(4);
    // Sealing waits for nobody.
    expect(bench.spool.notYetProven()).toBe(slowly.length);
    await bench.archived();
    expect(bench.said('the archive fails')).toBe(false);
    line.behave({ delayMs: 3 * idleTimeoutMs });
    await bench.seal(3);
    await until(() => uploads.archive.state === 'failing', 30_000);
    expect(bench.faults()).toEqual(['archive']);
    line.behave();
    await expectAllThereOnce();
    expect(uploads.archive.state).toBe('working');
    expect(bench.faults()).toEqual([]);
  });

  test('that answers 500 is asked again until it does not', async () => {
    await bench.seal(2);
    const uploads = bench.startUploads(await make());
    await bench.archived();
    const head = `HTTP/1.1 500 Internal Server Error\r\ncontent-length: ${serverError.length}\r\n`;
    line.behave({ answer: `${head}connection: close\r\n\r\n${serverError}` });
    const late = await bench.seal(4);
    await until(() => uploads.archive.state === 'failing', 30_000);
    expect(uploads.archive).toMatchObject({ message: expect.stringMatching(/500 InternalError We broke/) });
    expect(bench.faults()).toEqual(['archive']);
    // More than once, and nothing went through.
    await until(() => bench.spool.segmentsToUpload(9).some(({ attempts }) => attempts >= 2), 30_000);
    expect(bench.spool.notYetProven()).toBe(late.length);
    line.behave();
    await expectAllThereOnce();
  });

  test.each([
    ['keeps less than it says', (body: Buffer) => Buffer.from(body.subarray(0, -1_000))],
    [
      'stores damaged bytes and says they are fine',
      (body: Buffer) => {
        const damaged = Buffer.from(body);
        damaged[1_000] = (damaged[1_000] ?? 0) ^ 1;
        return damaged;
      },
    ],
  ])('that %s is not believed: sent again, told of, and proven when it is honest', async (_name, harm) => {
    const { store, settings } = await make();
    let harmed = 0;
    let honest = false;
    const sizes = new Map<string, number>();
    const put = store.put.bind(store);
    store.put = async (key, body, options) => {
      if (honest || !key.startsWith('r/')) return put(key, body, options);
      const other = harm(body);
      await put(key, other, { ...options, sha256: sha256HexSchema.parse(sha256Of(other)) });
      harmed += 1;
      sizes.set(key, body.length);
      return { key, sizeBytes: body.length };
    };
    const stat = store.stat.bind(store);
    store.stat = async (key, options) => {
      const seen = await stat(key, options);
      return seen && { ...seen, sizeBytes: (honest ? undefined : sizes.get(key)) ?? seen.sizeBytes };
    };
    await bench.seal(2);
    bench.startUploads({ store, settings });
    // Each at least twice, and what lies there is really something else.
    await until(() => harmed >= 6, 30_000);
    expect(bench.proven()).toEqual([]);
    expect(bench.faults()).toContain('proof-failed');
    expect(bench.board.list()).toContainEqual(
      expect.objectContaining({ kind: 'proof-failed', evidence: expect.stringMatching(/other bytes/) }),
    );
    expect(await bench.disagreements(store)).toEqual([]);
    honest = true;
    await expectAllThereOnce();
  });

  test('whose key is wrong, then right, then taken away: what waits is caught up with', async () => {
    const accessKey = 'recorder-key';
    await rgw.setKey(accessKey, 'another-secret');
    // The bucket is made with a key that works.
    const made = await archiveInCeph(rgw, { prepared: 'bucket' });
    await made.close();
    const changes = { bucket: made.settings.bucket, accessKey };
    await make({ prepared: false, secretKey: recorderSecret, changes });
    await bench.seal(3);
    const uploads = bench.startUploads(archive);
    await until(() => uploads.archive.state === 'failing' && /secret/.test(messageOf(uploads)), 30_000);
    expect(messageOf(uploads)).toMatch(/the secret key does not belong to the access key/);
    expect(bench.faults()).toEqual(['archive']);
    expect(bench.spool.segmentsToUpload(9).map(({ uploadState }) => uploadState)).toEqual(
      Array(3).fill('sealed'),
    );
    await rgw.setKey(accessKey, recorderSecret);
    await bench.archived();
    await rgw.setKey(accessKey, 'another-secret');
    await bench.seal(3);
    await until(() => uploads.archive.state === 'failing', 30_000);
    expect(messageOf(uploads)).toMatch(/the secret key does not belong to the access key/);
    expect(bench.spool.notYetProven()).toBe(3);
    await rgw.setKey(accessKey, recorderSecret);
    await expectAllThereOnce();
    expect(bench.faults()).toEqual([]);
  });

  test('to which puts are cut at their half has nothing that counts as stored', async () => {
    const [first] = await bench.seal(1);
    const uploads = bench.startUploads(await make());
    await bench.archived();
    const half = Math.round((first?.bytes ?? 0) / 2);
    line.behave({ cutRequestAfterBytes: half });
    const late = await bench.seal(4);
    await until(() => bench.spool.segmentsToUpload(9).some(({ attempts }) => attempts >= 3), 30_000);
    expect(uploads.archive.state).toBe('failing');
    expect(bench.proven().map(({ key }) => key)).toEqual([first?.key]);
    expect(await direct((store) => bench.keysIn(store))).toEqual([first?.key]);
    expect(bench.spool.notYetProven()).toBe(late.length);
    line.behave();
    await expectAllThereOnce();
  });
});

test('an archive that is away for minutes of eight sources loses none of them, and fsck agrees', async () => {
  const { figures } = await archiveOutage(['--segments', '48', '--sources', '8', '--kbits', '100']);
  expect(figures).toMatchObject({
    queuedSegments: 48,
    lostSegments: 0,
    objectsInArchive: 56,
    fsckDisagreements: 0,
  });
  expect(Number(figures['timesRealTime'])).toBeGreaterThanOrEqual(3);
});
