import Database from 'better-sqlite3';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCheckpoint, parseNote } from '@minhbach/shared/ledger';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import {
  recorderEntrySchema,
  type Alarm,
  type RecorderEntry,
  type SegmentSealed,
} from '@minhbach/shared/protocol';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { checkMonitor } from '../../monitor-ui/server/fsck/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { disagreementsOf, entriesOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { alarmSoon, openAlarms } from '../support/alarm-site.ts';
import { CameraProcess } from '../support/camera-process.ts';
import { MonitorProcess } from '../support/monitor-process.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { makeOrganisation, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';
import { UplinkLine } from '../support/uplink-line.ts';

/* The built recorder and the built monitor over one archive; the monitor dies, then cameras do. All by default graces. */
const password = 's3cret';

describe('a recorder, its monitor and its cameras', () => {
  const cameras = new AbortController();
  let directory: string;
  let monitor: MonitorProcess;
  let line: UplinkLine;
  let organisation: Organisation;
  let recorder: RecorderProcess;
  let recorderId: RecorderId;
  let closing: VirtualCamera;
  let stopping: CameraProcess;
  /** Sources by the name of their camera. */
  const sources = new Map<string, string[]>();
  const spool = () => join(recorder.directory, 'data/spool');
  const archive = () => join(directory, 'archive');

  /** What the monitor has stored, whether it runs or not. */
  function stored(): RecorderEntry[] {
    const database = new Database(join(monitor.dataDirectory, 'monitor.db'), { readonly: true });
    try {
      return database
        .prepare<[], string>('SELECT body FROM recorder_entry ORDER BY generation, seq')
        .pluck()
        .all()
        .map((body) => recorderEntrySchema.parse(JSON.parse(body)));
    } finally {
      database.close();
    }
  }
  const sealedIn = (entries: readonly RecorderEntry[], sourceId?: string): SegmentSealed[] =>
    entries.flatMap((entry) =>
      entry.kind === 'segment-sealed' && (sourceId === undefined || entry.sourceId === sourceId)
        ? [entry]
        : [],
    );
  const gapsIn = (entries: readonly RecorderEntry[], of: readonly string[]) =>
    entries.flatMap((entry) => (entry.kind === 'gap' && of.includes(entry.sourceId) ? [entry] : []));
  const provenIn = (entries: readonly RecorderEntry[]) =>
    new Set(entries.flatMap((entry) => (entry.kind === 'segment-proven' ? [entry.segmentId] : [])));
  const sourcesOf = (camera: string): string[] => sources.get(camera) ?? [];
  const watcher = async () => monitor.signIn('supervisor');

  async function addCamera(name: string, onvifAddress: string): Promise<void> {
    const { counterA, people } = organisation;
    const { status, body } = await people.technician.call('POST', '/sources', {
      ...{ counterId: counterA, recorderId, name, kind: 'camera' },
      connection: { type: 'onvif', address: onvifAddress, username: 'admin', password },
    });
    expect(status).toBe(201);
    sources.set(name, body.ids as string[]);
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mb-monitor-away-'));
    monitor = new MonitorProcess(directory);
    await monitor.start();
    organisation = await makeOrganisation(monitor);
    const { admin, siteA } = organisation;
    const { code } = (await admin.call('POST', '/recorders/enrolments', { siteId: siteA })).body;
    line = await UplinkLine.to(monitor.origin);
    recorder = await RecorderProcess.prepare({
      monitors: [{ url: line.url, enrolmentCode: code }],
      segment: { maxDurationMs: 2_000 },
      archive: { type: 'directory', path: archive() },
      ledger: { headEveryMs: 1_000 },
      upload: { proveBy: 'monitor' },
    });
    recorder.start();
    ({ recorderId } = await recorder.untilStarted());
    const [steady, closed, stopped] = await Promise.all([
      startVirtualCamera({ password }, cameras.signal),
      startVirtualCamera({ password }, cameras.signal),
      CameraProcess.start(password),
    ]);
    [closing, stopping] = [closed, stopped];
    await until(async () => (await admin.call('GET', `/recorders/${recorderId}`)).body.online === true);
    await addCamera('steady', steady.onvifAddress);
    await addCamera('closing', closing.onvifAddress);
    await addCamera('stopping', stopping.onvifAddress);
    await until(() => {
      const entries = stored();
      return (
        [...sources.values()].flat().every((id) => sealedIn(entries, id).length >= 2) &&
        provenIn(entries).size >= 2
      );
    }, 60_000);
  }, 180_000);
  afterAll(async () => {
    cameras.abort();
    stopping[Symbol.dispose]();
    await recorder[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
    await monitor.kill();
    await rm(directory, { recursive: true, force: true });
  });

  it('the monitor is killed for some seconds: nothing is missing, and the signed head comes before what it is over', async () => {
    await monitor.kill();
    const before = stored();
    const from = Date.now();
    const all = [...sources.values()].flat();
    const ofTimeAway = (sourceId: string) =>
      sealedIn(entriesOf(spool()), sourceId).filter(({ startUtcMs }) => startUtcMs > from);
    await until(() => all.every((sourceId) => ofTimeAway(sourceId).length >= 3), 60_000);
    const altered = await alterOneUnproven();
    const to = Date.now();
    line.heard.length = 0;
    await monitor.start();
    line.leadTo(monitor.origin);
    await until(() => sealedIn(stored()).some(({ endUtcMs }) => endUtcMs > to), 60_000);

    // In this order over the line: what binds the recorder, what it states, what footage is proven by.
    const said = line.heard.flatMap(({ message }) =>
      ['head', 'entries', 'prove-ask'].includes(message.type) ? [message] : [],
    );
    const [head, entries] = said;
    if (head?.type !== 'head' || entries?.type !== 'entries')
      throw new Error(said.map(({ type }) => type).join());
    expect(parseCheckpoint(parseNote(head.note).text).size).toBeGreaterThan(before.length);
    expect(entries.entries[0]?.seq).toBe(before.length);

    // Every segment is in the catalogue, one after the other, and no gap was stated.
    await until(() => {
      const known = provenIn(stored());
      return all.every((id) =>
        ofTimeAway(id).every(({ segmentId, endUtcMs }) => endUtcMs > to || known.has(segmentId)),
      );
    }, 90_000);
    const after = stored();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(gapsIn(after, all)).toEqual(gapsIn(before, all));
    for (const sourceId of all) {
      const sealed = sealedIn(after, sourceId);
      expect(sealed.slice(1).map(({ startUtcMs }) => startUtcMs)).toEqual(
        sealed.slice(0, -1).map(({ endUtcMs }) => endUtcMs),
      );
    }
    const person = await watcher();
    const span = { counterId: organisation.counterA, from, to };
    const { body: timeline } = await person.call(
      'GET',
      `/counters/${span.counterId}/timeline?from=${from}&to=${to}`,
    );
    const kinds = (timeline.sources as { spans: { kind: string }[] }[]).flatMap(({ spans }) =>
      spans.map(({ kind }) => kind),
    );
    expect([kinds.length, new Set(kinds)]).toEqual([all.length, new Set(['footage'])]);
    const granted = await person.call('POST', '/playbacks', { ...span, reason: 'đối chiếu' });
    expect(granted.status).toBe(201);
    for (const { url } of granted.body.sources as { url: string }[]) {
      const playlist = await (await person.fetch(url)).text();
      expect(playlist).toContain('#EXTINF');
      expect(playlist).not.toContain('#EXT-X-GAP');
    }

    // What was altered in the archive meanwhile did not pass for proof: an alarm, and it was stored anew.
    const alarm = await alarmSoon(person, 'proof-failed');
    expect(alarm).toMatchObject({ severity: 'high', recorderId });
    expect(alarm.evidence).toContain(altered);
    expect(await disagreementsAtMonitor()).toEqual([]);
  }, 240_000);

  it.each([
    {
      what: 'closed',
      kind: 'source-down',
      away: async () =>
        closing
          .inject({ kind: 'refuse-connections' })
          .then(async () => closing.inject({ kind: 'close-sessions' })),
      back: async () => closing.inject({ kind: 'reset' }),
      camera: 'closing',
    },
    {
      what: 'stopped (SIGSTOP)',
      kind: 'source-stalled',
      away: async () => stopping.signal('SIGSTOP'),
      back: async () => stopping.signal('SIGCONT'),
      camera: 'stopping',
    },
  ] as const)(
    'a camera is $what: an alarm within 10 s, a gap of at most 15 s once it is back, the others untouched',
    async ({ kind, away, back, camera }) => {
      const person = await watcher();
      const own = sourcesOf(camera);
      const others = [...sources.values()].flat().filter((id) => !own.includes(id));
      const before = stored();
      const atMs = Date.now();
      await away();
      const isOwn = ({ sourceId, raisedAt }: Alarm) => own.includes(sourceId ?? '') && raisedAt >= atMs;
      const alarm = await alarmSoon(person, kind, isOwn);
      await back();
      const backMs = Date.now();
      expect(alarm.raisedAt - atMs).toBeLessThanOrEqual(10_000);
      expect(backMs - atMs).toBeLessThan(11_000);
      const gaps = () => gapsIn(stored().slice(before.length), own);
      await until(() => own.every((id) => gaps().some(({ sourceId }) => sourceId === id)), 60_000);
      for (const id of own) {
        const spans = gaps().filter(({ sourceId }) => sourceId === id);
        const from = Math.min(...spans.map(({ fromUtcMs }) => fromUtcMs));
        expect(Math.max(...spans.map(({ toUtcMs }) => toUtcMs)) - from).toBeLessThanOrEqual(15_000);
      }
      await until(async () =>
        (await openAlarms(person)).every((one) => !isOwn(one) || one.condition === 'ended'),
      );
      const since = stored().slice(before.length);
      expect(gapsIn(since, others)).toEqual([]);
      const alarmed = (await openAlarms(person)).flatMap(({ sourceId }) => sourceId ?? []);
      expect(alarmed.filter((id) => others.includes(id) && !sourcesOf('closing').includes(id))).toEqual([]);
    },
    120_000,
  );

  it('spool and monitor agree with themselves and with the archive after all of it', async () => {
    expect((await recorder.stop()).code).toBe(0);
    expect(await monitor.stop()).toBe(0);
    expect(await disagreementsOf(spool())).toEqual([]);
    expect(await disagreementsAtMonitor()).toEqual([]);
  }, 120_000);

  /** Changes a byte of an object that the archive has and nobody has read back yet; answers its key. */
  async function alterOneUnproven(): Promise<string> {
    let key: string | undefined;
    await until(() => {
      const index = new Database(join(spool(), 'spool.db'), { readonly: true });
      key = index
        .prepare<[], string>(
          "SELECT key FROM segment WHERE upload_state = 'uploaded' ORDER BY start_utc_ms DESC LIMIT 1",
        )
        .pluck()
        .get();
      index.close();
      return key !== undefined;
    }, 30_000);
    if (key === undefined) throw new Error('nothing was uploaded');
    const file = await open(join(archive(), key), 'r+');
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 5_000);
    await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, 5_000);
    await file.close();
    return key;
  }

  async function disagreementsAtMonitor(): Promise<string[]> {
    const found: string[] = [];
    const { signal } = new AbortController();
    await checkMonitor({
      dataDirectory: monitor.dataDirectory,
      shield: Shield.open(join(directory, 'shield.key'), { mayMake: false }),
      store: await DirectoryObjectStore.open({ path: archive() }),
      inFull: true,
      signal,
      onDisagreement: ({ code, where, expected, found: is }) =>
        void found.push(`${code} ${where}: expected ${expected}; found ${is}`),
      onProgress: () => undefined,
    });
    return found;
  }
});
