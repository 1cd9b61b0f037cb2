import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { demoPassword, startDemo, type DemoSystem } from '../support/demo-system.ts';
import { signedIn } from '../support/signed-in.ts';
import { until } from '../support/until.ts';

let demo: DemoSystem;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evidence-'));
  demo = await startDemo({ cameras: 1, segmentMs: 10_000 });
}, 300_000);
afterAll(async () => {
  await demo?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
}, 30_000);

/** What a lawyer has: the package, the keys, and this repository's verifier. */
function verify(...given: string[]) {
  return spawnSync(process.execPath, ['dist/scripts/verify.js', ...given], { encoding: 'utf8' });
}

it('leaves the building by two keys, and convinces whoever has the keys of recorder, monitor and witness', async () => {
  const investigator = await signedIn(demo.origin, 'investigator', demoPassword);
  const inspector = await signedIn(demo.origin, 'supervisor2', demoPassword);
  const counter = (await investigator.call('GET', '/counters')).body.items[0];
  const span = { from: Date.now(), to: Date.now() + 5_000 };
  // A span begins where every source is recorded: READY may be a moment after the first of them.
  await until(async () => {
    const timeline = await investigator.call(
      'GET',
      `/counters/${counter.id}/timeline?from=${span.from}&to=${span.to}`,
    );
    const sources: readonly { spans: readonly { kind: string }[] }[] = timeline.body.sources;
    return sources.every(({ spans }) => spans.every(({ kind }) => kind === 'footage'));
  }, 60_000);
  const reason = 'Khiếu nại của công dân';
  const asked = await investigator.call('POST', '/exports', { counterId: counter.id, ...span, reason });
  expect(asked).toMatchObject({ status: 202, body: { state: 'waiting-approval' } });
  const { id, approvalId } = asked.body;
  const given = { decision: 'give', reason: 'Đúng thẩm quyền' };
  expect((await investigator.call('POST', `/approvals/${approvalId}`, given)).status).toBe(403);
  expect(await inspector.call('POST', `/approvals/${approvalId}`, given)).toMatchObject({
    ...{ status: 200, body: { state: 'given' } },
  });
  const found = async () => (await investigator.call('GET', `/exports/${id}`)).body;
  // Until the segment of the span is sealed, and a head over it is witnessed.
  let ready = await found();
  await until(async () => {
    ready = await found();
    return ready.state !== 'running';
  }, 200_000).catch((cause: unknown) => {
    throw new Error(`it waits for ${ready.waitsFor}`, { cause });
  });
  expect(ready).toMatchObject({ state: 'ready', progress: 1 });

  expect((await inspector.fetch(ready.downloadUrl ?? `/api/v1/exports/${id}/package`)).status).toBe(404);
  const answer = await investigator.fetch(ready.downloadUrl);
  expect(answer.headers.get('content-type')).toBe('application/zip');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.length).toBe(ready.sizeBytes);
  const part = await investigator.fetch(ready.downloadUrl, { headers: { Range: 'bytes=100-199' } });
  expect([part.status, Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))]).toEqual([
    206,
    true,
  ]);
  const auditor = await signedIn(demo.origin, 'auditor', demoPassword);
  expect((await auditor.call('GET', '/audit?kind=exported')).body.items).toHaveLength(2);

  const [file, altered] = [join(directory, 'package.zip'), join(directory, 'altered.zip')];
  await writeFile(file, bytes);
  const trust = join(demo.dataDirectory, 'trust.json');
  const whole = verify(file, '--trust', trust);
  expect([whole.status, whole.stdout]).toEqual([0, expect.stringContaining('keys you trust')]);
  expect(verify(file).status).toBe(3);
  const changed = Buffer.from(await readFile(file));
  // The last of the footage: the page in front may speak of boxes too.
  const at = changed.lastIndexOf('moof') + 40;
  changed[at] = (changed[at] ?? 0) ^ 1;
  await writeFile(altered, changed);
  const named = verify(altered, '--trust', trust);
  expect([named.status, named.stdout]).toEqual([1, expect.stringMatching(/footage-altered: source .* to /)]);

  const run = (command: string, ...given: string[]) =>
    spawnSync(command, given, { cwd: directory, encoding: 'utf8' });
  run('python3', '-c', "import zipfile; zipfile.ZipFile('package.zip').extractall()");
  expect(run('sha256sum', '--strict', '--quiet', '-c', 'SHA256SUMS')).toMatchObject({
    status: 0,
    stdout: '',
  });
  const footage = run('sh', '-c', 'ls footage/*/*.mp4').stdout.trim().split('\n');
  expect(footage.length).toBeGreaterThanOrEqual(2);
  for (const each of footage) {
    expect(run('ffprobe', '-v', 'error', '-show_entries', 'format=duration', each)).toMatchObject({
      ...{ status: 0, stderr: '' },
    });
  }
}, 300_000);
