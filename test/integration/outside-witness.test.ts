import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { canonicalJson, openNote, parseVerifierKey, recorderOrigin } from '@minhbach/shared/ledger';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';
import { until } from '../support/until.ts';
import { WitnessProcess } from '../support/witness-process.ts';

/** A real monitor and the real process of a witness in another office, which has nothing but an auditor's account. */
const witnessName = 'thanh-tra.example.vn/minh-bach';
let directory: string;
let monitor: RunningMonitor;
let organisation: Organisation;
let recorder: ScriptedRecorder;
let port: number;
let witnessKey: string;
const running: WitnessProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minh-bach-witness-'));
  await writeFile(join(directory, 'password'), `${testPassword}\n`, { mode: 0o600 });
  monitor = await RunningMonitor.start({ settings: { ledger: { headEveryMs: 500 } } });
  port = monitor.monitor.port;
  organisation = await makeOrganisation(monitor);
  recorder = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
}, 60_000);
afterEach(async () => {
  for (const witness of running.splice(0)) await witness.kill();
});
afterAll(async () => {
  await recorder.close();
  await monitor.stop();
  await rm(directory, { recursive: true, force: true });
});

const entryAt = (seq: number, version: string): RecorderEntry => ({
  ...{ kind: 'recorder-started', version, boot: 'b', seq },
  at: utcMs(1_700_000_000_000 + seq),
});

/** What the recorder states from `from` to `to`, under a head that it truly signs and the monitor takes. */
async function state(from: number, to: number, version: (seq: number) => string): Promise<void> {
  const entry = (seq: number) => entryAt(seq, version(seq));
  for (let next = from; next < to; next += 100) {
    const end = Math.min(to, next + 100);
    const entries = Array.from({ length: end - next }, (_, nth) => entry(next + nth));
    recorder.say({ type: 'entries', generation: 0, entries });
    await recorder.next('entries-stored', ({ nextSeq }) => nextSeq >= end);
  }
  const texts = Array.from({ length: to }, (_, seq) => canonicalJson(entry(seq)));
  const note = recorder.signedHead(0, texts);
  recorder.say({ type: 'head', generation: 0, note });
  await recorder.next('head-witnessed', (witnessed) =>
    witnessed.note.startsWith(note.split('\n\n')[0] ?? ''),
  );
}

async function restartMonitor(before: () => Promise<void> = async () => undefined): Promise<void> {
  await recorder.close();
  await monitor.monitor.stop();
  await before();
  monitor = await RunningMonitor.start({
    directory: monitor.directory,
    settings: { listen: { port }, ledger: { headEveryMs: 500, witnesses: [witnessKey] } },
  });
  recorder.heard.length = 0;
  await recorder.connect();
}

async function configuration(name: string, more: object = {}): Promise<string> {
  const file = join(directory, `${name}.json`);
  const settings = {
    ...{ name: witnessName, dataDirectory: name, everyMs: 300, language: 'en', listen: { port: 0 } },
    monitors: [
      { name: 'centre', url: `http://127.0.0.1:${port}`, username: 'auditor', passwordFile: 'password' },
    ],
    ...more,
  };
  await writeFile(file, JSON.stringify(settings));
  return file;
}

function start(config: string, ...flags: string[]): WitnessProcess {
  const witness = new WitnessProcess(config, ...flags);
  running.push(witness);
  return witness;
}

async function standingOf(url: string, origin: string): Promise<string | undefined> {
  const { items } = (await (await fetch(`${url}/heads`)).json()) as {
    items: { origin: string; standing: string }[];
  };
  return items.find((head) => head.origin === origin)?.standing;
}

test('one round: a key of its own, heads signed, entries kept, the printable page written in both languages', async () => {
  await state(0, 300, () => '1');
  const witness = start(await configuration('own'), '--once');
  expect(await witness.ended()).toBe(0);
  witnessKey = witness.lines().find(({ msg }) => msg === 'witness started')?.key ?? '';
  expect(parseVerifierKey(witnessKey)).toMatchObject({ name: witnessName, kind: 'cosignature' });
  expect((await stat(join(directory, 'own', 'witness-key.json'))).mode & 0o777).toBe(0o600);
  const pages = await readdir(join(directory, 'own', 'pages'));
  expect(pages.map((name) => name.replace(/\d{4}-\d\d-\d\d/, 'DAY'))).toEqual([
    'heads-DAY.en.html',
    'heads-DAY.vi.html',
  ]);
  const html = await readFile(join(directory, 'own', 'pages', pages[0] ?? ''), 'utf8');
  const { body } = await organisation.people.auditor.call('GET', `/ledgers/${recorder.recorderId}`);
  expect(html).toContain(`<dd>${body.head.root as string}</dd>`);
  expect(html).toContain('<svg');
  expect(html).toContain('key taken at first sight');
});

test('its signature comes back to the monitor; a rollback and a fork are refused and named', async () => {
  const origin = recorderOrigin(recorder.recorderId, 0);
  const backup = join(directory, 'yesterday');
  await restartMonitor(async () => cp(join(monitor.directory, 'data'), backup, { recursive: true }));
  const witness = start(await configuration('own'));
  const url = await witness.url();
  await state(300, 310, () => '1');
  const auditor = await monitor.signIn('auditor');
  const shown = async () => (await auditor.call('GET', `/ledgers/${recorder.recorderId}/checkpoint`)).body;
  await until(async () => ((await shown()).signedBy as string[]).includes(witnessName));
  expect(await shown()).toMatchObject({ size: 310 });
  const { checked } = openNote((await shown()).note as string, [parseVerifierKey(witnessKey)]);
  expect(checked).toHaveLength(1);
  await until(async () => (await fetch(`${url}/healthz`)).status === 200);

  await restartMonitor(async () => {
    await rm(join(monitor.directory, 'data'), { recursive: true });
    await cp(backup, join(monitor.directory, 'data'), { recursive: true });
  });
  await until(async () => (await standingOf(url, origin)) === 'refused');
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  expect(await (await fetch(url)).text()).toContain('a head over 300 entries is shown after one over 310');

  await state(300, 320, (seq) => (seq < 300 ? '1' : 'rewritten'));
  await until(() => witness.lines().some(({ why }) => why === 'fork'));
  const page = await (await fetch(`${url}/?lang=vi`)).text();
  expect(page).toContain('sổ rẽ nhánh');
  expect(page).toContain(
    'the head over 320 entries is not over the entries shown, whose first 310 are held here',
  );
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/minhbach_witness_standings_refused [1-9]/);
  witness.child.kill('SIGTERM');
  expect(await witness.ended()).toBe(0);
}, 120_000);

test('a ledger signed with another key than the one known from elsewhere is refused', async () => {
  const publicKey = parseVerifierKey(witnessKey).publicKey;
  const keys = [{ recorderId: recorder.recorderId, publicKey: Buffer.from(publicKey).toString('base64url') }];
  await writeFile(join(directory, 'trust.json'), JSON.stringify({ keys }));
  const witness = start(await configuration('pinned', { trustFile: 'trust.json' }), '--once');
  expect(await witness.ended()).toBe(1);
  expect(witness.lines().map(({ why }) => why)).toContain('foreign-key');
});

test('a monitor that no longer answers is out of reach, then silent', async () => {
  const monitors = [
    { name: 'gone', url: 'http://127.0.0.1:9', username: 'auditor', passwordFile: 'password' },
  ];
  const witness = start(await configuration('silent', { monitors, silentAfterMs: 1_000 }));
  const url = await witness.url();
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await until(async () => (await metrics()).includes('minhbach_witness_standings_silent 1'));
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
});

test('a signature by a key the settings do not name, or over no head kept here, changes nothing', async () => {
  const auditor = await monitor.signIn('auditor');
  const path = `/ledgers/${recorder.recorderId}`;
  const { note } = (await auditor.call('GET', `${path}/checkpoint`)).body as { note: string };
  const plain = await auditor.call('POST', `${path}/cosignatures`, { note });
  expect(plain).toMatchObject({ status: 400 });
  expect((await auditor.call('POST', `${path}/cosignatures`, { note: 'no note' })).status).toBe(400);
  expect((await auditor.call('GET', `${path}/checkpoint`)).body).toMatchObject({ note });
});

test('what cannot be used ends it with 2 and one sentence for each fault', async () => {
  const witness = start(await configuration('bad', { monitors: [], name: 'a b c' }));
  expect(await witness.ended()).toBe(2);
  expect(witness.errors).toContain('monitors:');
  expect(witness.errors).toContain('name:');
});
