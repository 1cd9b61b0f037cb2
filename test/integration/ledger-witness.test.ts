import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  canonicalJson,
  checkedSignatures,
  extendsTree,
  includes,
  leafHash,
  monitorOrigin,
  parseCheckpoint,
  parseNote,
  recorderOrigin,
  verifierKey,
  witnessName,
} from '@minhbach/shared/ledger';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { monitorIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { alarmSoon } from '../support/alarm-site.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';
import { until } from '../support/until.ts';

const entryAt = (seq: number, version = '1'): RecorderEntry => ({
  ...{ kind: 'recorder-started', version, boot: 'b', seq },
  at: utcMs(1_700_000_000_000 + seq),
});
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

describe('a monitor as witness', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let recorder: ScriptedRecorder;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({
      settings: { ledger: { headEveryMs: 500 }, retention: { entriesEveryMs: 300 } },
    });
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());
  beforeEach(async () => {
    recorder = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
  });
  afterEach(async () => recorder.close());

  /** Tells entries and waits until they are durable; answers their texts from 0 on. */
  async function tell(count: number, from = 0): Promise<string[]> {
    const entries = Array.from({ length: count }, (_, nth) => entryAt(from + nth));
    recorder.say({ type: 'entries', generation: 0, entries });
    await recorder.next('entries-stored', ({ nextSeq }) => nextSeq === from + count);
    return Array.from({ length: from + count }, (_, nth) => canonicalJson(entryAt(nth)));
  }
  const head = (note: string) => recorder.say({ type: 'head', generation: 0, note });
  const witnessed = async (size: number) =>
    recorder.next('head-witnessed', ({ note }) => parseCheckpoint(parseNote(note).text).size === size);

  it('counter-signs a head over what it was told, with a key of its own, and shows it', async () => {
    const texts = await tell(150);
    head(recorder.signedHead(0, texts));
    const { note } = await witnessed(150);
    const keyFile = join(monitor.directory, 'data', 'witness-key.json');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const stored = JSON.parse(readFileSync(keyFile, 'utf8')) as { publicKey: string };
    const identity = JSON.parse(readFileSync(join(monitor.directory, 'data', 'identity.json'), 'utf8')) as {
      monitorId: string;
      publicKey: string;
    };
    expect(stored.publicKey).not.toBe(identity.publicKey);
    const origin = recorderOrigin(recorder.recorderId, 0);
    const keys = [
      verifierKey(origin, 'ed25519', new Uint8Array(Buffer.from(recorder.publicKey, 'base64url'))),
      verifierKey(
        witnessName(monitorIdSchema.parse(identity.monitorId)),
        'cosignature',
        new Uint8Array(Buffer.from(stored.publicKey, 'base64url')),
      ),
    ];
    const checked = checkedSignatures(parseNote(note), keys);
    expect(checked.map(({ key }) => key.kind)).toEqual(['ed25519', 'cosignature']);
    expect(Math.abs((checked[1]?.atUnixS ?? 0) * 1000 - Date.now())).toBeLessThan(60_000);
    const { auditor } = organisation.people;
    const shown = await auditor.call('GET', `/ledgers/${recorder.recorderId}/checkpoint`);
    expect(shown.body).toMatchObject({ note, size: 150, signedBy: keys.map(({ name }) => name) });
    const { body: proof } = await auditor.call(
      'GET',
      `/ledgers/${recorder.recorderId}/proof?seq=77&fromSize=77`,
    );
    const root = parseCheckpoint(parseNote(note).text).root;
    expect(
      includes({
        ...{ index: 77, size: 150, root, leafHash: leafHash(Buffer.from(proof.entry.text as string)) },
        proof: (proof.entry.path as string[]).map(bytes),
      }),
    ).toBe(true);
    expect(proof.entry.text).toBe(texts[77]);
    const old = recorder.signedHead(0, texts.slice(0, 77));
    expect(
      extendsTree({
        ...{ oldSize: 77, oldRoot: parseCheckpoint(parseNote(old).text).root },
        ...{ newSize: 150, newRoot: root, proof: (proof.consistency as string[]).map(bytes) },
      }),
    ).toBe(true);
  });

  it('answers the same head again and refuses an older one', async () => {
    const texts = await tell(10);
    head(recorder.signedHead(0, texts));
    const first = await witnessed(10);
    recorder.heard.length = 0;
    head(recorder.signedHead(0, texts));
    expect(await witnessed(10)).toEqual(first);
    head(recorder.signedHead(0, texts.slice(0, 5)));
    expect(await recorder.next('head-refused')).toMatchObject({ why: 'older' });
  });

  it('holds a recorder to a head over entries that it tells only later', async () => {
    const texts = await tell(10);
    const told = [...texts, canonicalJson(entryAt(10)), canonicalJson(entryAt(11))];
    head(recorder.signedHead(0, told));
    await tell(2, 10);
    head(recorder.signedHead(0, told));
    await witnessed(12);
    // Signed for beside what is told then, as if neither would ever be held against the other.
    const truth = [...told, canonicalJson(entryAt(12)), canonicalJson(entryAt(13))];
    head(recorder.signedHead(0, truth));
    head(
      recorder.signedHead(0, [...told, canonicalJson(entryAt(12, 'recorded')), canonicalJson(entryAt(13))]),
    );
    const others = await tell(3, 12);
    recorder.heard.length = 0;
    head(recorder.signedHead(0, others));
    expect(await recorder.next('head-refused')).toMatchObject({
      why: 'fork',
      message: expect.stringMatching(/before its entries were told, a head over 14 of them was signed/),
    });
    const alarm = await alarmSoon(
      organisation.people.monitor,
      'ledger-refused',
      (each) => each.recorderId === recorder.recorderId,
    );
    expect(alarm.evidence).toContain('over 14 of them');
  });

  it('refuses a head over other entries than it was told, and somebody must own that', async () => {
    const texts = await tell(10);
    const forged = texts.map((text, nth) => (nth === 4 ? canonicalJson(entryAt(4, 'forged')) : text));
    head(recorder.signedHead(0, forged));
    expect(await recorder.next('head-refused')).toMatchObject({ why: 'fork' });
    const alarm = await alarmSoon(
      organisation.people.monitor,
      'ledger-refused',
      (each) => each.recorderId === recorder.recorderId,
    );
    expect(alarm).toMatchObject({ severity: 'critical', siteId: organisation.siteA });
    expect(alarm.evidence).toContain('over 10 entries');
    const { status } = await organisation.people.auditor.call(
      'GET',
      `/ledgers/${recorder.recorderId}/checkpoint`,
    );
    expect(status).toBe(409);
  });

  it('puts heads and tiles of recorders and of its own into the archive, the head last', async () => {
    const texts = await tell(20);
    head(recorder.signedHead(0, texts));
    const { note } = await witnessed(20);
    const archive = join(monitor.directory, 'archive');
    const of = join(archive, 'r', recorder.recorderId, 'ledger', '0');
    const file = join(of, 'checkpoint', '0000000000000020');
    await until(() => existsSync(file));
    expect(readFileSync(file, 'utf8')).toBe(note);
    expect(readFileSync(join(of, 'tile', '0', '000.p', '20'))).toHaveLength(20 * 32);
    await until(() => existsSync(join(archive, 'm')));
  });

  it('refuses a head that another key signed', async () => {
    const texts = await tell(3);
    const other = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
    head(other.signedHead(0, texts));
    expect(await recorder.next('head-refused')).toMatchObject({ why: 'signature' });
    await other.close();
  });

  it('signs heads of its own ledger, over what people did, and names them by commitments', async () => {
    const { auditor, investigator, monitor: watcher } = organisation.people;
    expect((await watcher.call('GET', '/ledgers')).status).toBe(403);
    const own = async () => {
      const { body } = await investigator.call('GET', '/ledgers');
      return (body.items as { kind: string; id: string; head?: { size: number } }[]).find(
        ({ kind }) => kind === 'monitor',
      );
    };
    await until(async () => (await own())?.head !== undefined);
    await watcher.call('GET', '/incidents?q=phong');
    const { seq } = (await auditor.call('GET', '/audit?kind=searched')).body.items[0] as { seq: number };
    await until(async () => ((await own())?.head?.size ?? 0) >= seq);
    const id = (await own())?.id ?? '';
    const { body: checkpoint } = await auditor.call('GET', `/ledgers/${id}/checkpoint`);
    const parsed = parseCheckpoint(parseNote(checkpoint.note as string).text);
    expect(parsed.origin).toBe(monitorOrigin(monitorIdSchema.parse(id)));
    const { body: proof } = await auditor.call('GET', `/ledgers/${id}/proof?seq=${seq - 1}`);
    expect(proof.entry.text).toContain('"kind":"searched"');
    expect(proof.entry.text).toContain('"commitment":"');
    expect(proof.entry.text).not.toContain('phong');
  });

  it('a generation that names an older one must be owned', async () => {
    await tell(4);
    const previous = { generation: 0, size: 4, why: 'disk-restored' as const };
    recorder.say({
      type: 'entries',
      generation: 1,
      entries: [{ ...entryAt(0), kind: 'recorder-started', version: '1', boot: 'b', previous }],
    });
    const alarm = await alarmSoon(
      organisation.people.monitor,
      'ledger-restarted',
      (each) => each.recorderId === recorder.recorderId,
    );
    expect(alarm.evidence).toBe('generation 0 ended at entry 4: disk-restored');
  });
});
