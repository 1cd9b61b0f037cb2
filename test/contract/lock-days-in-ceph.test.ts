import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { counterIdSchema, newId } from '@minhbach/shared/units-of-measure';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { archiveInCeph, cephIsHere, type ArchiveInCeph } from '../support/ceph-rgw/archive-in-ceph.ts';
import { CephRgw } from '../support/ceph-rgw/ceph-rgw.ts';
import { signedCall } from '../support/ceph-rgw/signed-call.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { until } from '../support/until.ts';

const password = 'mật khẩu';
const dayMs = 86_400_000;
const never = new AbortController().signal;

/* The built recorder and a bucket that locks. Footage of now is locked for days: in a mode and a store that can be thrown away. */
(cephIsHere() ? describe : describe.skip)('how long a recorder locks', () => {
  const cameras = new AbortController();
  let rgw: CephRgw;
  let archive: ArchiveInCeph;
  let monitor: MonitorHalf;
  beforeAll(async () => {
    rgw = await CephRgw.start();
  });
  afterAll(async () => {
    cameras.abort();
    await rgw.stop();
  });
  beforeEach(async () => {
    archive = await archiveInCeph(rgw, { lock: true });
    monitor = new MonitorHalf();
    await monitor.listen();
  });
  afterEach(async () => {
    await monitor.close();
    await archive.close();
  });

  /** Days of the lock of an object, from the end of what it holds. */
  async function lockedDays({ key, endUtcMs }: SegmentSealed, versionId: string): Promise<number> {
    const { endpoint, accessKey, secretKey } = rgw;
    const path = `/${archive.settings.bucket}/${key}`;
    const ask = { method: 'GET', path, query: { retention: '', versionId } } as const;
    const { text } = await signedCall({ endpoint, accessKey, secretKey }, ask);
    return (Date.parse(/<RetainUntilDate>([^<]+)/.exec(text)?.[1] ?? '') - endUtcMs) / dayMs;
  }

  test('is what its monitor told of the counter, also after a restart with the monitor away', async () => {
    await using recorder = await RecorderProcess.prepare();
    await copyFile(archive.settings.secretKeyFile, join(recorder.directory, 'secret'));
    await recorder.configure({
      monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
      segment: { maxDurationMs: 1_000 },
      archive: {
        ...{ ...archive.settings, secretKeyFile: 'secret' },
        retention: { mode: 'governance', days: 1 },
      },
    });
    recorder.start();
    const { recorderId } = await recorder.untilStarted();
    await monitor.untilConnected(recorderId);
    const counterId = newId(counterIdSchema);
    monitor.counterDays = [{ counterId, days: 3 }];
    monitor.links.tellCounterDays();
    const camera = await startVirtualCamera({ password }, cameras.signal);
    const connection = { type: 'onvif', address: camera.onvifAddress, username: 'admin', password } as const;
    const job = { kind: 'register', counterId, name: 'Quầy 1', sourceKind: 'camera', connection } as const;
    await monitor.links.runJob(recorderId, job, { timeoutMs: 20_000 });
    const proven = () =>
      new Map(
        monitor.entries.flatMap((entry) =>
          entry.kind === 'segment-proven' ? [[entry.segmentId, entry.versionId ?? ''] as const] : [],
        ),
      );
    const sealed = () => monitor.entries.flatMap((entry) => (entry.kind === 'segment-sealed' ? [entry] : []));
    await until(() => proven().size > 0, 30_000);
    const before = new Set(proven().keys());

    await recorder.stop();
    const { port } = monitor;
    await monitor.close();
    recorder.start();
    await recorder.untilStarted();
    const stored = async () => {
      const keys: string[] = [];
      for await (const { key } of archive.store.list('r/', { signal: never })) keys.push(key);
      return keys.filter((key) => key.endsWith('.mp4')).length;
    };
    const atRestart = await stored();
    await until(async () => (await stored()) > atRestart + 1, 30_000);
    // Recording ends before the monitor is there again: whatever is in the archive was stored without it.
    cameras.abort();
    monitor.counterDays = [];
    await monitor.listen(port);
    await until(() => [...proven().keys()].filter((id) => !before.has(id)).length > 1, 30_000);
    for (const segment of sealed()) {
      const versionId = proven().get(segment.segmentId);
      if (versionId !== undefined) expect(await lockedDays(segment, versionId)).toBeCloseTo(3, 4);
    }
  }, 90_000);
});
