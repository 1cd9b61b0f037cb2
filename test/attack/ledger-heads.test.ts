import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { canonicalJson, parseCheckpoint, parseNote } from '@minhbach/shared/ledger';
import type { HeadRefusal, RecorderEntry } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { alarmSoon } from '../support/alarm-site.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';

/** Whoever has root on a recorder has its key: every head here is truly signed, and none is one an honest recorder signs. */
let monitor: RunningMonitor;
let organisation: Organisation;
let recorder: ScriptedRecorder;

beforeAll(async () => {
  monitor = await RunningMonitor.start();
  organisation = await makeOrganisation(monitor);
}, 60_000);
afterAll(async () => monitor.stop());
beforeEach(async () => {
  recorder = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
});
afterEach(async () => recorder.close());

const entry = (seq: number, monotonicMs = seq * 1_000): RecorderEntry => ({
  ...{ kind: 'clock', seq, at: utcMs(Date.UTC(2026, 0, 5)), stepMs: 1, monotonicMs },
});
const history = (count: number) => Array.from({ length: count }, (_, seq) => entry(seq));
const rewritten = (count: number, at: number) =>
  history(count).map((one) => (one.seq === at ? entry(at, 5) : one));
const headOver = (entries: readonly RecorderEntry[]) =>
  recorder.signedHead(
    0,
    entries.map((one) => canonicalJson(one)),
  );

async function state(entries: RecorderEntry[]): Promise<void> {
  recorder.say({ type: 'entries', generation: 0, entries });
  const nextSeq = (entries.at(-1)?.seq ?? 0) + 1;
  await recorder.next('entries-stored', (stored) => stored.nextSeq >= nextSeq);
}

/** What the monitor knows before the attack: ten facts under a head it signed. */
async function witnessTen(): Promise<void> {
  await state(history(10));
  recorder.say({ type: 'head', generation: 0, note: headOver(history(10)) });
  await recorder.next('head-witnessed', ({ note }) => parseCheckpoint(parseNote(note).text).size === 10);
}

async function refused(note: string, why: HeadRefusal, evidence: string): Promise<void> {
  recorder.say({ type: 'head', generation: 0, note });
  expect(await recorder.next('head-refused')).toMatchObject({ why });
  const alarm = await alarmSoon(
    organisation.people.monitor,
    'ledger-refused',
    (each) => each.recorderId === recorder.recorderId,
  );
  expect(alarm.evidence).toContain(evidence);
  const { body } = await organisation.people.auditor.call(
    'GET',
    `/ledgers/${recorder.recorderId}/checkpoint`,
  );
  expect(body).toMatchObject({ size: 10 });
}

test('rollback: the head of a disk put back to an earlier hour', async () => {
  await witnessTen();
  await refused(headOver(history(7)), 'older', 'a head over 7 entries after one over 10 was witnessed');
});

test('fork: another head over as many entries', async () => {
  await witnessTen();
  await refused(headOver(rewritten(10, 9)), 'fork', 'not over the entries that were told');
});

test('a history that was signed anew and went on since', async () => {
  await witnessTen();
  await state([entry(10), entry(11)]);
  await refused(headOver(rewritten(12, 0)), 'fork', 'not over the entries that were told');
});

test('a fact taken out, and those behind it moved up', async () => {
  await witnessTen();
  await state([entry(10), entry(11)]);
  const without = history(12).filter(({ seq }) => seq !== 4);
  await refused(headOver(without.map((one, seq) => ({ ...one, seq }))), 'fork', 'over 11 entries');
});

test('a witnessed fact told again in other words ends the connection, and the words do not count', async () => {
  await witnessTen();
  recorder.say({ type: 'entries', generation: 0, entries: [entry(3, 5)] });
  const code = await new Promise((resolve) => recorder.control?.once('close', resolve));
  expect(code).toBe(1008);
  const { body } = await organisation.people.auditor.call(
    'GET',
    `/ledgers/${recorder.recorderId}/proof?seq=3`,
  );
  expect(body.entry.text).toBe(canonicalJson(entry(3)));
});
