import Database from 'better-sqlite3';
import { createPublicKey, verify } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { receiptBytes } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
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

  it('upload hours give way when the disk of the spool has no room to spare', async () => {
    await recorder.stop();
    const hour = new Date().getUTCHours();
    const at = (ahead: number) => `${String((hour + ahead) % 24).padStart(2, '0')}:00`;
    const upload = { hours: [`${at(8)}-${at(9)}`], timeZone: 'UTC' };
    await recorder.configure(settings({ upload }));
    recorder.start();
    await recorder.untilStarted();
    const before = { sealed: sealed().length, proven: proven().length };
    await until(() => sealed().length >= before.sealed + 6, 60_000);
    expect(proven().length).toBe(before.proven);
    await recorder.stop();
    // More than any disk has: as full as one that is.
    const spool = { reserveBytes: Number.MAX_SAFE_INTEGER };
    await recorder.configure(settings({ upload, spool }));
    recorder.start();
    await recorder.untilStarted();
    await until(() => proven().length >= before.proven + 6, 60_000);
  }, 180_000);
});

function fail(): never {
  throw new Error('no such segment');
}
