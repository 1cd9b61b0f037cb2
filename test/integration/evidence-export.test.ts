import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { memorySource, nodeCrypto, verifyPackage } from '@minhbach/shared/evidence';
import type { Export } from '@minhbach/shared/protocol';
import { approvalIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { ExportBench } from '../support/export-bench.ts';
import { RetentionBench } from '../support/retention-bench.ts';
import { until } from '../support/until.ts';

type Rooms = ReturnType<ExportBench['rooms']>;

describe('an export', () => {
  let bench: RetentionBench;
  let evidence: ExportBench;
  let rooms: Rooms;
  /** From the first to the last of the footage. */
  let from: number;
  let to: number;

  beforeEach(async () => {
    bench = await RetentionBench.start();
    evidence = new ExportBench(bench);
    rooms = evidence.rooms();
    from = bench.nowMs - 60_000;
    let at = from;
    for (let count = 0; count < 3; count += 1) at = (await bench.film(bench.camera, at)).endUtcMs;
    to = at;
    const sound = await bench.film(bench.microphone, from);
    bench.gap(bench.microphone, sound.endUtcMs, to);
  });
  afterEach(async () => {
    await rooms.runs.close();
    expect(evidence.faults).toEqual([]);
    await bench.close();
  });

  const asked = (): Export =>
    rooms.exports.ask(bench.investigator, {
      ...{ counterId: bench.counterId, reason: 'khiếu nại số 7' },
      ...{ from: utcMs(from + 300), to: utcMs(to - 300) },
    });
  const agreed = (): Export => {
    const { id, approvalId } = asked();
    rooms.approvals.decide(bench.inspector, approvalIdSchema.parse(approvalId), {
      ...{ decision: 'give', reason: 'đúng thẩm quyền' },
    });
    return rooms.exports.find(bench.investigator, id);
  };
  const ended = async (id: Export['id']): Promise<Export> => {
    await until(() => ['ready', 'failed'].includes(rooms.exports.find(bench.investigator, id).state), 20_000);
    return rooms.exports.find(bench.investigator, id);
  };
  const verified = async (file: string) =>
    verifyPackage(memorySource(await readFile(file)), { crypto: nodeCrypto, trust: evidence.trust });

  it('waits for the second key, is made from the archive, and is whole and trusted', async () => {
    rooms.runs.start(rooms.exports);
    const waiting = asked();
    expect(waiting).toMatchObject({ state: 'waiting-approval', progress: 0 });
    expect(waiting).not.toHaveProperty('downloadUrl');
    rooms.approvals.decide(bench.inspector, approvalIdSchema.parse(waiting.approvalId), {
      ...{ decision: 'give', reason: 'đúng thẩm quyền' },
    });
    const ready = await ended(waiting.id);
    expect(ready).toMatchObject({
      state: 'ready',
      progress: 1,
      downloadUrl: `/api/v1/exports/${ready.id}/package`,
    });
    expect(rooms.exports.find(bench.inspector, ready.id)).not.toHaveProperty('downloadUrl');
    expect(ready.readMeSha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await readFile(rooms.runs.packageFile(ready.id))).toString('latin1')).toContain(
      `${ready.readMeSha256 ?? ''}  READ-ME.html`,
    );
    const report = await verified(rooms.runs.packageFile(ready.id));
    expect(report).toMatchObject({ verdict: 'trusted', findings: [] });
    expect(report.manifest?.sources.map(({ footage, gaps }) => [footage.length, gaps.length])).toEqual([
      [3, 0],
      [1, 1],
    ]);
    const text = (await readFile(rooms.runs.packageFile(ready.id))).toString('latin1');
    for (const secret of [bench.investigator.person.id, bench.inspector.person.id, 'số 7', 'thẩm quyền']) {
      expect(text).not.toContain(Buffer.from(secret).toString('latin1'));
    }
    expect(rooms.exports.fetched(bench.investigator, ready.id, 0).sha256).toBe(ready.sha256);
    expect(() => rooms.exports.fetched(bench.inspector, ready.id, 0)).toThrow('no such package');
    const kinds = rooms.audit.list({ limit: 20 }).map(({ kind }) => kind);
    expect(kinds.reverse().filter((kind) => /export|approval/.test(kind))).toEqual([
      ...['export-asked', 'approval-asked', 'approval-given', 'export-made', 'exported'],
    ]);
    expect(evidence.faults).toEqual([]);
  });

  it('waits for footage to be sealed and for a checkpoint over it, and goes on by itself', async () => {
    evidence.isWitnessed = false;
    to += 2_000;
    const { id } = agreed();
    rooms.runs.start(rooms.exports);
    const waitsFor = async (what: string) =>
      until(() => rooms.exports.find(bench.investigator, id).waitsFor === what, 20_000);
    await waitsFor('footage-sealed');
    bench.gap(bench.camera, to - 2_000, to);
    bench.gap(bench.microphone, to - 2_000, to);
    await waitsFor('checkpoint');
    evidence.isWitnessed = true;
    const ready = await ended(id);
    expect(ready.state).toBe('ready');
    expect(ready).not.toHaveProperty('waitsFor');
    expect((await verified(rooms.runs.packageFile(id))).verdict).toBe('trusted');
  });

  it('of a span that began before there was any source begins where they did, and does not wait for what never comes', async () => {
    const { id, approvalId } = rooms.exports.ask(bench.investigator, {
      ...{
        counterId: bench.counterId,
        reason: 'khiếu nại số 8',
        from: utcMs(from - 30_000),
        to: utcMs(to - 300),
      },
    });
    rooms.approvals.decide(bench.inspector, approvalIdSchema.parse(approvalId), {
      ...{ decision: 'give', reason: 'đúng thẩm quyền' },
    });
    rooms.runs.start(rooms.exports);
    expect((await ended(id)).state).toBe('ready');
    const { verdict, manifest } = await verified(rooms.runs.packageFile(id));
    expect(verdict).toBe('trusted');
    expect(manifest).toMatchObject({ fromUtcMs: from });
  });

  it('goes on after the monitor ended in the middle, and gives the same bytes whatever came meanwhile', async () => {
    const { id } = agreed();
    rooms.runs.start(rooms.exports);
    const { sha256 } = await ended(id);
    await rooms.runs.close();
    const file = rooms.runs.packageFile(id);
    const before = await readFile(file);
    // As if it had ended while writing: a part of the package, and the job not done.
    await rm(file);
    await writeFile(`${file}.part`, before.subarray(0, before.length / 2));
    bench.database.sqlite
      .prepare("UPDATE evidence_export SET state = 'running', sha256 = NULL, size_bytes = NULL WHERE id = ?")
      .run(id);
    // The ledger has grown: its head is another now.
    bench.gap(bench.camera, to, to + 500);
    bench.nowMs += 60_000;
    rooms = evidence.rooms();
    rooms.runs.start(rooms.exports);
    expect((await ended(id)).sha256).toBe(sha256);
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it('names footage that is gone or altered instead of packing something else', async () => {
    const { id } = agreed();
    const row = bench.database.sqlite
      .prepare<[], { object_key: string }>('SELECT object_key FROM segment_fact LIMIT 1')
      .get();
    const object = join(bench.directory, 'archive', row?.object_key ?? '');
    const bytes = await readFile(object).catch(() => undefined);
    if (bytes === undefined) throw new Error(`the archive keeps its objects elsewhere than ${object}`);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    await writeFile(object, bytes);
    rooms.runs.start(rooms.exports);
    const failed = await ended(id);
    expect(failed).toMatchObject({ state: 'failed', failure: 'footage-altered' });
    expect(rooms.audit.list({ kind: 'export-failed', limit: 5 })).toHaveLength(1);
  });

  it('that is cancelled leaves no files, and nobody can agree to it any more', async () => {
    const waiting = asked();
    expect(rooms.exports.cancel(bench.investigator, waiting.id)).toMatchObject({
      ...{ state: 'failed', failure: 'cancelled' },
    });
    const agree = () =>
      rooms.approvals.decide(bench.inspector, approvalIdSchema.parse(waiting.approvalId), {
        ...{ decision: 'give', reason: 'đúng thẩm quyền' },
      });
    expect(agree).toThrow('Nobody decided in time');
    expect(rooms.approvals.list(bench.inspector, { state: 'waiting', limit: 10 })).toEqual([]);
    const made = agreed();
    rooms.runs.start(rooms.exports);
    expect((await ended(made.id)).state).toBe('ready');
    rooms.exports.cancel(bench.investigator, made.id);
    await until(
      async () => (await readFile(rooms.runs.packageFile(made.id)).catch(() => undefined)) === undefined,
      20_000,
    );
  });

  it.each([
    ['times reversed', () => ({ from: to, to: from }), '/to'],
    ['the future', () => ({ from, to: bench.nowMs + 60_000 }), '/to'],
    ['more than a day', () => ({ from: bench.nowMs - 25 * 3_600_000, to: bench.nowMs }), '/from'],
  ])('of %s is refused in one sentence', (_name, span, pointer) => {
    const input = {
      counterId: bench.counterId,
      reason: 'khiếu nại',
      from: utcMs(span().from),
      to: utcMs(span().to),
    };
    expect(() => rooms.exports.ask(bench.investigator, input)).toThrow(pointer);
    expect(rooms.exports.list(bench.investigator, { limit: 5 })).toEqual([]);
    expect(() =>
      rooms.exports.ask(bench.administrator, { ...input, from: utcMs(from), to: utcMs(to) }),
    ).toThrow('This role may not do that.');
  });
});
