import Database from 'better-sqlite3';
import { createPublicKey, verify } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { receiptBytes } from '@minhbach/shared/ledger';
import { DirectoryObjectStore, parseThumbnailObjectKey } from '@minhbach/shared/object-store';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { checkMonitor, type MonitorDisagreement } from '../../monitor-ui/server/fsck/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { decodedPicture } from '../support/decoded-picture.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

/* The built recorder and the real monitor over one archive: what each asks of the other on the way of footage there. */
const password = 's3cret';

describe('a recorder and its monitor', () => {
  const cameras = new AbortController();
  let directory: string;
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let recorder: RecorderProcess;
  let recorderId: RecorderId;
  let database: Database.Database;
  /** Where the recorder looks for the archive, which the monitor has from the start. */
  const late = () => join(directory, 'late');
  const settings = (more: object, enrolment: object = {}) => ({
    monitors: [{ url: monitor.origin.replace('http', 'ws'), ...enrolment }],
    segment: { maxDurationMs: 2_000 },
    archive: { type: 'directory', path: late() },
    ...more,
  });

  /** Hours that do not begin for hours. */
  const closed = () => {
    const at = (ahead: number) => `${String((new Date().getUTCHours() + ahead) % 24).padStart(2, '0')}:00`;
    return { hours: [`${at(8)}-${at(9)}`], timeZone: 'UTC' };
  };

  /** What the monitor has stored of the recorder's ledger. */
  function entries(): RecorderEntry[] {
    return database
      .prepare<[], string>('SELECT body FROM recorder_entry ORDER BY generation, seq')
      .pluck()
      .all()
      .map((body) => recorderEntrySchema.parse(JSON.parse(body)));
  }
  const sealed = () => entries().filter((entry) => entry.kind === 'segment-sealed');
  const proven = () => entries().filter((entry) => entry.kind === 'segment-proven');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-recorder-and-monitor-'));
    await mkdir(join(directory, 'archive'));
    // No folder, and none can be made there.
    await writeFile(late(), '');
    monitor = await RunningMonitor.start({ directory });
    organisation = await makeOrganisation(monitor);
    const { admin, siteA, counterA, people } = organisation;
    const { code } = (await admin.call('POST', '/recorders/enrolments', { siteId: siteA })).body;
    database = new Database(join(directory, 'data', 'monitor.db'), { readonly: true });
    recorder = await RecorderProcess.prepare(
      settings({ upload: { proveBy: 'monitor', parallel: 1 } }, { enrolmentCode: code }),
    );
    const camera = await startVirtualCamera({ password }, cameras.signal);
    recorder.start();
    ({ recorderId } = await recorder.untilStarted());
    await until(async () => (await admin.call('GET', `/recorders/${recorderId}`)).body.online === true);
    const made = await people.technician.call('POST', '/sources', {
      ...{ counterId: counterA, recorderId, name: 'Quầy A', kind: 'camera' },
      connection: { type: 'onvif', address: camera.onvifAddress, username: 'admin', password },
    });
    expect(made.status).toBe(201);
  }, 120_000);
  afterAll(async () => {
    cameras.abort();
    await recorder[Symbol.asyncDispose]();
    database.close();
    await monitor.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('an incident’s footage goes first, and the monitor’s signed receipt proves each', async () => {
    // While the archive is away, everything waits.
    await until(() => sealed().length >= 12, 60_000);
    const [middle] = sealed().slice(8);
    if (middle === undefined) throw new Error('nothing was sealed');
    const span = { from: middle.startUtcMs + 500, to: middle.startUtcMs + 700 };
    const { counterA: counterId, people } = organisation;
    const bookmarked = await people.monitor.call('POST', '/incidents', {
      ...{ counterId, category: 'other' },
      ...span,
    });
    expect(bookmarked.status).toBe(201);
    await rm(late());
    await symlink(join(directory, 'archive'), late());
    await until(() => proven().length >= 6, 60_000);
    const facts = new Map(sealed().map((entry) => [entry.segmentId as string, entry]));
    const order = proven().map(({ segmentId }) => facts.get(segmentId));
    const overlaps = order.map(
      (entry) => entry !== undefined && entry.startUtcMs < span.to && entry.endUtcMs > span.from,
    );
    // One of the picture and one of the sound, or two where the span lies over a cut; then the oldest.
    const wanted = overlaps.filter(Boolean).length;
    expect(wanted).toBeGreaterThanOrEqual(2);
    expect(overlaps.slice(0, wanted)).toEqual(Array(wanted).fill(true));

    const identity = JSON.parse(await readFile(join(directory, 'data', 'identity.json'), 'utf8')) as {
      monitorId: string;
      publicKey: string;
    };
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: identity.publicKey },
      format: 'jwk',
    });
    for (const { segmentId, key: objectKey, versionId, provenBy, receiptAt, receiptSignature } of proven()) {
      const { sha256, bytes: sizeBytes } = facts.get(segmentId) ?? fail();
      if (receiptAt === undefined || receiptSignature === undefined) throw new Error('no receipt');
      expect(provenBy).toBe(identity.monitorId);
      const subject = {
        ...{ segmentId, key: objectKey, sha256, sizeBytes },
        ...(versionId === undefined ? {} : { versionId }),
      };
      const signed = receiptBytes({ recorderId, subject, at: receiptAt });
      expect(verify(null, signed, key, Buffer.from(receiptSignature, 'base64url'))).toBe(true);
    }
  }, 120_000);

  it('outside the upload hours heads and small pictures arrive, which the monitor shows while the recorder is away', async () => {
    await recorder.stop();
    const store = await DirectoryObjectStore.open({ path: join(directory, 'archive') });
    const signal = AbortSignal.timeout(170_000);
    const keysBelow = async (letter: 's' | 't') => {
      const keys: string[] = [];
      for await (const { key } of store.list(`r/${recorderId}/${letter}/`, { signal })) keys.push(key);
      return keys;
    };
    const pictures = async () =>
      new Map((await keysBelow('t')).map((key) => [parseThumbnailObjectKey(key)?.segmentId as string, key]));
    // Until now the line carried all that was recorded.
    expect(await pictures()).toEqual(new Map());
    const footage = await keysBelow('s');
    await recorder.configure(settings({ upload: closed(), ledger: { headEveryMs: 500 } }));
    const witnessed = () => {
      const ofAll = entries();
      const begun = ofAll.findLastIndex(({ kind }) => kind === 'recorder-started');
      return ofAll.slice(begun).some(({ kind }) => kind === 'head-witnessed');
    };
    const sealedBefore = sealed().length;
    recorder.start();
    await recorder.untilStarted();
    await until(async () => (await pictures()).size >= 3, 60_000);
    await until(() => sealed().length >= sealedBefore + 6 && witnessed(), 60_000);
    await recorder.stop();
    expect(await keysBelow('s')).toEqual(footage);
    const arrived = await pictures();
    const [segment, without] = sealed().filter(
      ({ segmentId, mime }) => mime.startsWith('video/') && arrived.has(segmentId),
    );
    if (segment === undefined || without === undefined) throw new Error('no two pictures of known footage');
    for (const { key } of [segment, without]) expect(await store.stat(key, { signal })).toBeUndefined();
    await store.remove(arrived.get(without.segmentId) ?? '', { signal });

    const { admin, counterA: counterId, people } = organisation;
    await until(async () => (await admin.call('GET', `/recorders/${recorderId}`)).body.online === false);
    const span = { from: segment.startUtcMs, to: without.endUtcMs };
    const reason = 'khiếu nại 17/2026';
    const granted = await people.supervisor.call('POST', '/playbacks', { counterId, ...span, reason });
    expect(granted.status).toBe(201);
    const shown = ({ sourceId, startUtcMs }: typeof segment) => {
      const query = `source=${sourceId}&at=${startUtcMs + 300}`;
      return people.supervisor.fetch(`/api/v1/playbacks/${granted.body.id}/thumbnail?${query}`);
    };
    const picture = await shown(segment);
    expect([picture.status, picture.headers.get('x-minhbach-moment')]).toEqual([
      200,
      String(segment.startUtcMs),
    ]);
    expect(decodedPicture(Buffer.from(await picture.arrayBuffer()))).toEqual({
      ...{ widthPx: 320, heightPx: 180, frames: 1 },
    });
    expect((await shown(without)).status).toBe(503);

    const disagreements: MonitorDisagreement[] = [];
    await checkMonitor({
      dataDirectory: join(directory, 'data'),
      shield: Shield.open(join(directory, 'data', 'shield.key'), { mayMake: false }),
      ...{ store, inFull: true, signal, onProgress: () => undefined },
      onDisagreement: (one) => void disagreements.push(one),
    });
    expect(disagreements).toEqual([]);
  }, 180_000);

  it('upload hours give way when the disk of the spool has no room to spare', async () => {
    await recorder.stop();
    const before = proven().length;
    // More than any disk has: as full as one that is.
    const spool = { reserveBytes: Number.MAX_SAFE_INTEGER };
    await recorder.configure(settings({ upload: closed(), spool }));
    recorder.start();
    await recorder.untilStarted();
    await until(() => proven().length >= before + 6, 60_000);
  }, 120_000);
});

function fail(): never {
  throw new Error('no such segment');
}
