import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { counterIdSchema, newId, type RecorderId } from '@minhbach/shared/units-of-measure';
import type { RecorderJob, SourceStatus } from '@minhbach/shared/protocol';
import { startVirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { noExit } from '../support/no-exit.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { until } from '../support/until.ts';

const password = 'bí mật "s3cret" pass';
const cameras = new AbortController();
let monitor: MonitorHalf;
beforeEach(async () => {
  monitor = new MonitorHalf();
  await monitor.listen();
});
afterEach(async () => monitor.close());
afterAll(() => cameras.abort());

const home = (): Record<string, unknown> => ({
  monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
  segment: { maxDurationMs: 2_000 },
});

async function register(recorderId: RecorderId, job: Partial<Extract<RecorderJob, { kind: 'register' }>>) {
  const whole = {
    kind: 'register',
    counterId: newId(counterIdSchema),
    name: 'Quầy 1',
    sourceKind: 'camera',
    ...job,
  };
  const result = await monitor.links.runJob(recorderId, whole as RecorderJob, { timeoutMs: 20_000 });
  return result.kind === 'register' ? result.sources : [];
}

const sealed = (source: SourceStatus | undefined) =>
  monitor.entries.flatMap((entry) =>
    entry.kind === 'segment-sealed' && entry.sourceId === source?.sourceId ? [entry] : [],
  );

test('from ONVIF to proven footage, through a restart, without the password anywhere', async () => {
  await using recorder = await RecorderProcess.prepare(home());
  const camera = await startVirtualCamera({ password }, cameras.signal);
  // Nothing it began may be left, once it has stopped, that would keep it.
  recorder.start({ environment: noExit });
  const { recorderId, healthUrl } = await recorder.untilStarted();
  await monitor.untilConnected(recorderId);
  const connection = { type: 'onvif', address: camera.onvifAddress, username: 'admin', password } as const;
  const [picture, sound] = await register(recorderId, { connection });
  expect(picture).toMatchObject({ kind: 'camera', hasSubStream: true, state: 'starting' });
  expect(sound).toMatchObject({ kind: 'microphone', deviceId: picture?.deviceId });
  await expect(register(recorderId, { connection })).rejects.toMatchObject({
    problem: { code: 'already-registered' },
  });

  await until(() => sealed(picture).length >= 2 && sealed(sound).length >= 2, 30_000);
  await until(() => monitor.entries.some(({ kind }) => kind === 'segment-proven'));
  const [first] = sealed(picture);
  if (first === undefined) throw new Error('nothing was sealed');
  const object = await readFile(join(recorder.archiveDirectory, first.key));
  expect(createHash('sha256').update(object).digest('hex')).toBe(first.sha256);
  const range = { segmentId: first.segmentId, firstByte: 0, lastByte: first.bytes - 1 };
  const fetched = await buffer(monitor.links.fetchFootage(recorderId, range));
  expect(fetched.equals(object)).toBe(true);

  const jpeg = await monitor.links.runJob(
    recorderId,
    { kind: 'snapshot', sourceId: first.sourceId },
    { timeoutMs: 10_000 },
  );
  expect(Buffer.from(jpeg.kind === 'snapshot' ? jpeg.jpegBase64 : '', 'base64').subarray(0, 2)).toEqual(
    Buffer.of(0xff, 0xd8),
  );
  expect((await fetch(`${healthUrl}/healthz`)).status).toBe(200);
  await until(async () => (await fetch(`${healthUrl}/readyz`)).status === 200);
  expect(await (await fetch(`${healthUrl}/metrics`)).text()).toMatch(
    /minhbach_recorder_sources\{state="recording"\} 2/,
  );

  const commandLines = await childCommandLines(recorder.pid);
  expect(commandLines).toContain('ffmpeg');
  for (const secret of [password, encodeURIComponent(password), 's3cret']) {
    expect(recorder.output).not.toContain(secret);
    expect(commandLines).not.toContain(secret);
  }
  const data = join(recorder.directory, 'data');
  expect(await filesHolding(data, 's3cret')).toEqual([]);
  // It would be found: the counter's name is in clear.
  expect(await filesHolding(data, 'Quầy 1')).not.toEqual([]);

  const openBefore = monitor.openSegments.map(({ segmentId }) => segmentId);
  expect(openBefore.length).toBeGreaterThan(0);
  const { code, tookMs } = await recorder.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
  expect(monitor.entries.at(-1)?.kind).toBe('recorder-stopped');
  const sealedIds = monitor.entries.flatMap((entry) =>
    entry.kind === 'segment-sealed' && !entry.recovered ? [entry.segmentId] : [],
  );
  expect(sealedIds).toEqual(expect.arrayContaining(openBefore));
  expect(await filesHolding(data, 's3cret')).toEqual([]);

  const before = sealed(picture).length;
  const slowly = { spool: { scrubBytesPerSecond: 100_000 } };
  await recorder.configure({ ...home(), ...slowly });
  recorder.start();
  const { healthUrl: again } = await recorder.untilStarted();
  const metric = async (name: string) =>
    Number(
      new RegExp(`^minhbach_recorder_${name} (.*)$`, 'm').exec(
        await (await fetch(`${again}/metrics`)).text(),
      )?.[1],
    );
  // What was sealed before lies there to be read; the pass before found an empty spool.
  await until(async () => (await metric('scrub_segments_read')) >= 1, 30_000);
  expect(await metric('scrub_segments_damaged')).toBe(0);
  expect(Math.abs((await metric('scrub_last_pass_ended_seconds')) - Date.now() / 1000)).toBeLessThan(120);
  await until(() => sealed(picture).length >= before + 2, 30_000);
  expect(monitor.entries.map(({ seq }) => seq)).toEqual(monitor.entries.map((_, index) => index));
  const gaps = monitor.entries.filter(({ kind }) => kind === 'gap');
  expect(gaps).toEqual(expect.arrayContaining([expect.objectContaining({ cause: 'recorder-stopped' })]));
  expect((await recorder.stop()).code).toBe(0);
}, 120_000);

test('live: init and fragments from a keyframe on, sub after main', async () => {
  await using recorder = await RecorderProcess.prepare(home());
  const camera = await startVirtualCamera({ password, sound: 'none' }, cameras.signal);
  recorder.start();
  const { recorderId } = await recorder.untilStarted();
  await monitor.untilConnected(recorderId);
  const connection = { type: 'onvif', address: camera.onvifAddress, username: 'admin', password } as const;
  const [picture] = await register(recorderId, { connection });
  if (picture === undefined) throw new Error('not registered');
  await until(() => monitor.openSegments.length > 0);
  const inits: string[] = [];
  let keyframeFirst: boolean | undefined;
  const channel = monitor.links.openLive(
    recorderId,
    { sourceId: picture.sourceId, quality: 'sub' },
    {
      init: (meta) => {
        inits.push(meta.quality);
        keyframeFirst = undefined;
      },
      fragment: (meta) => {
        keyframeFirst ??= meta.keyframe;
        expect(keyframeFirst).toBe(true);
      },
      skipped: () => undefined,
      ended: () => undefined,
    },
  );
  await until(() => inits.includes('sub') && keyframeFirst === true);
  expect(inits[0]).toBe('main');
  channel.close();
  await until(() => camera.status().clients.sub === 0);
}, 60_000);

test.each([
  ['a wrong password', { password: 'no' }, 'login-refused'],
  ['a profile it does not have', { profile: 'no-such' }, 'no-usable-stream'],
])(
  '%s registers nothing',
  async (_what, wrong, code) => {
    await using recorder = await RecorderProcess.prepare(home());
    const camera = await startVirtualCamera({ password }, cameras.signal);
    recorder.start();
    const { recorderId } = await recorder.untilStarted();
    await monitor.untilConnected(recorderId);
    const connection = {
      type: 'onvif',
      address: camera.onvifAddress,
      username: 'admin',
      password,
      ...wrong,
    } as const;
    await expect(register(recorderId, { connection })).rejects.toMatchObject({ problem: { code } });
    const stream = { type: 'rtsp', url: camera.rtspUrls.main, username: 'admin', password: 'no' } as const;
    await expect(register(recorderId, { connection: stream })).rejects.toMatchObject({
      problem: { code: 'login-refused' },
    });
    expect(monitor.sources).toEqual([]);
    // What the machine's clock is kept by and what its archive does are told of beside it.
    const kinds = monitor.entries.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'archive-probed' && kind !== 'clock')).toEqual([
      'recorder-started',
    ]);
  },
  60_000,
);

test('an archive that is not there, or taken away, keeps nobody from recording, is told of, and is caught up with', async () => {
  await using recorder = await RecorderProcess.prepare({
    ...home(),
    archive: { type: 'directory', path: 'not-mounted/archive' },
    faults: { archiveGraceMs: 2_000 },
  });
  const isTold = () => monitor.faults.some(({ kind }) => kind === 'archive');
  const isProven = (segmentId: string) =>
    monitor.entries.some((entry) => entry.kind === 'segment-proven' && entry.segmentId === segmentId);
  const camera = await startVirtualCamera({ password, sound: 'none' }, cameras.signal);
  recorder.start();
  const { recorderId, healthUrl } = await recorder.untilStarted();
  await monitor.untilConnected(recorderId);
  const connection = { type: 'rtsp', url: camera.rtspUrls.main, username: 'admin', password } as const;
  const [picture] = await register(recorderId, { connection });
  await until(() => sealed(picture).length >= 2, 30_000);
  expect((await fetch(`${healthUrl}/readyz`)).status).toBe(503);
  expect(monitor.entries.some(({ kind }) => kind === 'segment-proven')).toBe(false);
  await until(isTold, 10_000);
  const mounted = join(recorder.directory, 'not-mounted');
  await mkdir(mounted);
  await until(
    () =>
      sealed(picture)
        .slice(0, 2)
        .every(({ segmentId }) => isProven(segmentId)),
    40_000,
  );
  await until(() => !isTold(), 10_000);
  // Under the running recorder: a file lies where the archive was.
  await rename(mounted, `${mounted}-aside`);
  await writeFile(mounted, '');
  const before = sealed(picture).length;
  await until(isTold, 30_000);
  expect(monitor.faults.find(({ kind }) => kind === 'archive')?.evidence).toMatch(
    /^the archive cannot be used for \d+ s$/,
  );
  await until(() => sealed(picture).length >= before + 2, 30_000);
  await rm(mounted);
  await rename(`${mounted}-aside`, mounted);
  await until(
    () =>
      sealed(picture)
        .slice(0, before + 2)
        .every(({ segmentId }) => isProven(segmentId)),
    60_000,
  );
  await until(() => !isTold(), 10_000);
}, 150_000);

test('a spool in memory is recorded into, and said to be one, with how to mend it', async () => {
  await using recorder = await RecorderProcess.prepare(home());
  const data = join(recorder.directory, 'data');
  await mkdir(data, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'tmpfs', data]);
  try {
    recorder.start();
    const { recorderId, healthUrl } = await recorder.untilStarted();
    await monitor.untilConnected(recorderId);
    await until(() => monitor.entries.length > 0);
    expect(monitor.entries[0]).toMatchObject({ kind: 'recorder-started', found: ['on-memory'] });
    expect(recorder.output).toMatch(
      /data\/spool lies in memory \(tmpfs\) and is gone at the next power cut: put the data directory on a disk/,
    );
    expect(await (await fetch(`${healthUrl}/metrics`)).text()).toContain(
      'minhbach_recorder_faults{code="on-memory"} 1',
    );
    expect((await recorder.stop()).code).toBe(0);
  } finally {
    recorder.signal('SIGKILL');
    await recorder.exitCode();
    execFileSync('umount', [data]);
  }
}, 60_000);

test('what an operator must mend is one sentence and exit code 2', async () => {
  const outcome = async (recorder: RecorderProcess): Promise<[number | null, string]> => {
    recorder.start();
    return [await recorder.exitCode(), recorder.output];
  };
  {
    await using recorder = await RecorderProcess.prepare({ colour: 'red', upload: { parallel: 99 } });
    const [code, output] = await outcome(recorder);
    expect(code).toBe(2);
    expect(output).toMatch(/colour: there is no such setting/);
    expect(output).toMatch(/upload\.parallel/);
  }
  {
    await using recorder = await RecorderProcess.prepare({ dataDirectory: 'no/such/place' });
    expect(await outcome(recorder)).toEqual([
      2,
      expect.stringContaining('the directory above it does not exist'),
    ]);
  }
  {
    await using recorder = await RecorderProcess.prepare();
    await mkdir(join(recorder.directory, 'data'), { mode: 0o700 });
    await writeFile(join(recorder.directory, 'data/identity.json'), '{}');
    await chmod(join(recorder.directory, 'data/identity.json'), 0o644);
    expect(await outcome(recorder)).toEqual([2, expect.stringMatching(/mode 644.*chmod 600/)]);
  }
  {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await using recorder = await RecorderProcess.prepare({ metricsListen: { port } });
    expect(await outcome(recorder)).toEqual([2, expect.stringContaining('port of metricsListen is taken')]);
    taken.close();
  }
  {
    await using recorder = await RecorderProcess.prepare();
    recorder.start();
    await recorder.untilStarted();
    await using second = await RecorderProcess.prepare({ dataDirectory: join(recorder.directory, 'data') });
    expect(await outcome(second)).toEqual([2, expect.stringContaining('another recorder is using')]);
  }
}, 60_000);

/** Which files below a directory hold this text, SQLite's journals among them. */
async function filesHolding(directory: string, text: string): Promise<string[]> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  // A file may be gone by the time it is read: sealing moves it, the journal is put away.
  const contents = await Promise.all(paths.map(async (path) => readFile(path).catch(() => Buffer.alloc(0))));
  return paths.filter((_path, index) => contents[index]?.includes(text));
}

async function childCommandLines(parent: number): Promise<string> {
  const children = (await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')).trim().split(' ');
  const lines = await Promise.all(
    children.map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.join('\n');
}
