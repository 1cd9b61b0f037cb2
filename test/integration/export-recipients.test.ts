import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Export } from '@minhbach/shared/protocol';
import { approvalIdSchema, caseIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import express, { type NextFunction, type Request, type Response } from 'express';
import { CustodyReader } from '../../monitor-ui/server/cases/index.ts';
import { packageLinks, Recipients } from '../../monitor-ui/server/evidence/index.ts';
import { ProblemError } from '../../monitor-ui/server/problem/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { ExportBench } from '../support/export-bench.ts';
import { RetentionBench } from '../support/retention-bench.ts';
import { until } from '../support/until.ts';

const hour = 3_600_000;
const given = { name: 'Nguyễn Văn Tòa', purpose: 'xét xử vụ án số 12', minutes: 60 };

describe('recipients of an export', () => {
  let bench: RetentionBench;
  let evidence: ExportBench;
  let rooms: ReturnType<ExportBench['rooms']>;
  let recipients: Recipients;
  let server: Server;
  let ready: Export;
  let whole: Buffer;
  const caseId = newId(caseIdSchema);

  beforeEach(async () => {
    bench = await RetentionBench.start();
    evidence = new ExportBench(bench);
    rooms = evidence.rooms();
    const { database, clock, investigator, counterId } = bench;
    const { exports, audit, approvals, runs } = rooms;
    const parts = { database, audit, clock, exports, shield: Shield.ofKey(Buffer.alloc(32)) };
    recipients = new Recipients({ ...parts, publicOrigin: undefined });
    const from = bench.nowMs - 60_000;
    const { endUtcMs } = await bench.film(bench.camera, from);
    await bench.film(bench.microphone, from);
    const span = { from: utcMs(from + 300), to: utcMs(endUtcMs - 300) };
    const { id, approvalId } = exports.ask(investigator, {
      ...{ counterId, reason: 'khiếu nại số 7', caseId, ...span },
    });
    approvals.decide(bench.inspector, approvalIdSchema.parse(approvalId), {
      ...{ decision: 'give', reason: 'đúng thẩm quyền' },
    });
    runs.start(exports);
    await until(() => exports.find(investigator, id).state === 'ready', 20_000);
    ready = exports.find(investigator, id);
    whole = await readFile(runs.packageFile(id));
    const links = packageLinks({
      ...{ recipients, packageFile: (exportId) => runs.packageFile(exportId) },
      onFault: (error) => void evidence.faults.push(error),
    });
    const app = express();
    app.use('/d', links);
    app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
      if (!(error instanceof ProblemError)) {
        next(error);
        return;
      }
      response.status(error.status).set(error.headers).json({ code: error.code, detail: error.message });
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await until(() => server.listening, 5_000);
  });
  afterEach(async () => {
    server.close();
    // Answers whose body nobody reads hold theirs.
    server.closeAllConnections();
    await rooms.runs.close();
    expect(evidence.faults).toEqual([]);
    await bench.close();
  });

  const add = (more: Partial<typeof given> = {}) =>
    recipients.add(bench.investigator, ready.id, { ...given, ...more });
  const fetched = async (url: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${url}`, { headers });
  const refusal = async (url: string) => {
    const response = await fetched(url);
    return { status: response.status, body: await response.text() };
  };

  it('fetch it without an account by a link of their own, whole or in part, each time in the audit by name', async () => {
    const { id, url, expiresAt } = add();
    expect(url).toMatch(/^\/d\/[\w-]{43}$/);
    expect(expiresAt).toBe(bench.nowMs + hour);
    const all = await fetched(url);
    expect([all.status, all.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    const bytes = Buffer.from(await all.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(ready.sha256);
    const half = Math.floor(whole.length / 2);
    const part = await fetched(url, { range: `bytes=${half}-` });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      ...[206, `bytes ${half}-${whole.length - 1}/${whole.length}`],
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(half))).toBe(true);
    expect((await fetched(url, { range: `bytes=${whole.length}-` })).status).toBe(416);
    const entries = rooms.audit.list({ kind: 'exported', limit: 5 });
    expect(entries.map(({ subject }) => subject['firstByte'])).toEqual([0, half, 0]);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        subject: { exportId: ready.id, recipientId: id, sha256: ready.sha256 },
        shielded: { recipient: given.name },
      });
      expect(entry).not.toHaveProperty('personId');
    }
    const listed = recipients.list(bench.investigator, ready.id);
    expect(listed).toMatchObject([
      { id, name: given.name, purpose: given.purpose, fetches: 3, state: 'open' },
    ]);
    expect(JSON.stringify(listed)).not.toContain(url.slice(3));
    const custody = new CustodyReader(bench.database, (of) => recipients.nameOf(of)).of(caseId);
    expect(custody.items.filter(({ recipient }) => recipient === given.name).map(({ kind }) => kind)).toEqual(
      [...['recipient-added', 'exported', 'exported', 'exported']],
    );
  });

  it('are found in no file of the monitor: neither the link nor, in the clear, who it was for', async () => {
    const { url } = add();
    bench.database.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    const file = await readFile(`${bench.directory}/monitor.db`);
    expect(file.includes(url.slice(3))).toBe(false);
    expect(file.includes(given.name)).toBe(false);
    expect(file.includes(given.purpose)).toBe(false);
  });

  it('are shut out when the link has expired, is revoked, used up or never was, all with the same answer', async () => {
    const unknown = await refusal(`/d/${'A'.repeat(43)}`);
    expect(unknown.status).toBe(404);
    const short = add({ minutes: 5 });
    bench.nowMs += 5 * 60_000 - 1;
    expect((await fetched(short.url)).status).toBe(200);
    bench.nowMs += 1;
    expect(await refusal(short.url)).toEqual(unknown);

    const revoked = add();
    expect(recipients.revoke(bench.investigator, ready.id, revoked.id).state).toBe('revoked');
    expect(await refusal(revoked.url)).toEqual(unknown);
    recipients.revoke(bench.investigator, ready.id, revoked.id);
    expect(rooms.audit.list({ kind: 'recipient-revoked', limit: 5 })).toHaveLength(1);

    const often = add();
    for (let count = 0; count < 50; count += 1) {
      const response = await fetched(often.url, { range: 'bytes=0-0' });
      expect([count, response.status]).toEqual([count, 206]);
    }
    expect(await refusal(often.url)).toEqual(unknown);
    const states = recipients.list(bench.investigator, ready.id).map(({ state }) => state);
    expect(states).toEqual(['expired', 'revoked', 'used-up']);

    const cancelled = add();
    rooms.exports.cancel(bench.investigator, ready.id);
    expect(await refusal(cancelled.url)).toEqual(unknown);
  });

  it('end with the account of who gave the link', async () => {
    const { url } = add();
    bench.database.sqlite
      .prepare('UPDATE person SET active = 0 WHERE id = ?')
      .run(bench.investigator.person.id);
    expect((await fetched(url)).status).toBe(404);
  });

  it('are added by the person who asked only, to a package that is there', async () => {
    const { id } = add();
    const { inspector, administrator } = bench;
    const before = rooms.audit.list({ limit: 100 }).length;
    expect(() => recipients.add(inspector, ready.id, given)).toThrow('no such export');
    expect(() => recipients.list(inspector, ready.id)).toThrow('no such export');
    expect(() => recipients.revoke(inspector, ready.id, id)).toThrow('no such export');
    expect(() => recipients.add(administrator, ready.id, given)).toThrow('may not do that');
    rooms.exports.cancel(bench.investigator, ready.id);
    expect(() => add()).toThrow('no such package');
    const kinds = rooms.audit.list({ limit: 100 }).map(({ kind }) => kind);
    expect(kinds.slice(0, kinds.length - before)).toEqual(['export-cancelled']);
  });

  it('are not kept out by others’ guesses, which are told to wait', async () => {
    const { url } = add();
    const answers: number[] = [];
    for (let count = 0; count < 40; count += 1) answers.push((await refusal(`/d/${count}`)).status);
    expect(answers.slice(0, 30).every((status) => status === 404)).toBe(true);
    expect(answers.slice(30).every((status) => status === 429)).toBe(true);
    expect((await fetched(url)).status).toBe(200);
  });
});
