import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import type { Alarm } from '@minhbach/shared/protocol';
import { alarmSoon, AlarmSite, openAlarms } from '../support/alarm-site.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  type Organisation,
} from '../support/running-monitor.ts';
import { SmallMailServer } from '../support/small-mail-server.ts';
import { until } from '../support/until.ts';

const secret = 'a secret of the webhook';
const graces = { sourceGraceMs: 200, recorderGraceMs: 200, startGraceMs: 200 };

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that keeps what it is given and answers as told. */
class Receiver {
  readonly posted: Posted[] = [];
  answer: number | 'nothing' = 204;
  readonly #server: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      this.posted.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
      if (this.answer === 'nothing') return;
      response.writeHead(this.answer, { location: '/elsewhere' }).end();
    });
  });
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alarms`;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
  events(): string[] {
    return this.posted.map(({ body }) => (JSON.parse(body) as { event: string }).event);
  }
}

describe('alarms told outside', () => {
  let directory: string;
  let receiver: Receiver;
  let mailServer: SmallMailServer;
  let settings: Record<string, unknown>;
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let site: AlarmSite;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minh-bach-outward-'));
    await writeFile(join(directory, 'secret'), `${secret}\n`);
    receiver = new Receiver();
    mailServer = new SmallMailServer();
    settings = {
      alarms: {
        ...graces,
        webhooks: [{ url: await receiver.listen(), secretFile: join(directory, 'secret'), timeoutMs: 1_000 }],
        smtp: {
          host: '127.0.0.1',
          port: await mailServer.listen(),
          security: 'none',
          from: 'minh-bach@example.vn',
          to: ['truc@example.vn'],
          escalateTo: ['phu-trach@example.vn'],
        },
      },
    };
    monitor = await RunningMonitor.start({ directory: join(directory, 'monitor'), settings });
    organisation = await makeOrganisation(monitor);
    site = new AlarmSite(await enrolledRecorder(monitor, organisation.admin, organisation.siteA));
    site.saySources();
  }, 60_000);
  afterEach(async () => {
    await site.recorder.close();
    await monitor.stop();
    await Promise.all([receiver.close(), mailServer.close()]);
    await rm(directory, { recursive: true, force: true });
  });

  it('by webhook, signed, and by mail in both languages; neither names a person or repeats a text', async () => {
    site.sayFaults('archive');
    const { id } = await alarmSoon(organisation.people.monitor, 'archive');
    await until(() => receiver.posted.length === 1 && mailServer.mails.length === 1);
    const { monitor: watcher } = organisation.people;
    await watcher.call('POST', `/alarms/${id}/own`);
    await watcher.call('POST', `/alarms/${id}/explain`, { text: 'đơn của ông Nguyễn Văn A' });
    await watcher.call('POST', `/alarms/${id}/close`, { reason: 'đơn của ông Nguyễn Văn A' });
    await until(() => receiver.posted.length === 2 && mailServer.mails.length === 2);
    expect(receiver.events()).toEqual(['raised', 'closed']);
    for (const { headers, body } of receiver.posted) {
      const [, at, signature] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-minh-bach-signature'])) ?? [];
      expect(createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')).toBe(signature);
      expect(JSON.parse(body)).toMatchObject({
        id: headers['x-minh-bach-delivery'],
        alarm: { id, kind: 'archive', siteName: 'Điểm A' },
        words: {
          vi: { title: expect.stringContaining('Kho lưu trữ') },
          en: { title: expect.stringContaining('Archive') },
        },
      });
    }
    const [mail] = mailServer.mails;
    expect(mail).toMatchObject({ from: 'minh-bach@example.vn', to: ['truc@example.vn'] });
    const everything = JSON.stringify([
      receiver.posted,
      mailServer.mails.map(({ data }) => decodedMail(data)),
    ]);
    expect(everything).not.toMatch(/Nguyễn|archive seen|"monitor"/);
    expect(decodedMail(mailServer.mails[0]?.data ?? '')).toMatch(/Điểm A[^]*New alarm/);
  }, 60_000);

  it('again and again while the receiver refuses or redirects; nothing else waits', async () => {
    receiver.answer = 503;
    mailServer.refuseWith = '451 not now';
    site.sayFaults('archive');
    const { id } = await alarmSoon(organisation.people.monitor, 'archive');
    await until(() => receiver.posted.length >= 2);
    receiver.answer = 302;
    await until(() => receiver.posted.length >= 3, 30_000);
    expect(new Set(receiver.posted.map(({ headers }) => headers['x-minh-bach-delivery'])).size).toBe(1);
    expect((await organisation.people.monitor.call('POST', `/alarms/${id}/own`)).status).toBe(200);
    mailServer.refuseWith = undefined;
    await until(() => mailServer.mails.length === 1, 30_000);
    expect(monitor.log.join('')).not.toContain('127.0.0.1:');
  }, 90_000);

  it('what was not told before a restart is told after it, and nothing that was told is told twice', async () => {
    receiver.answer = 'nothing';
    site.sayFaults('archive', 'disk');
    await alarmSoon(organisation.people.monitor, 'disk');
    await until(() => mailServer.mails.length === 2 && receiver.posted.length >= 1);
    await monitor.monitor.stop();
    receiver.posted.length = 0;
    receiver.answer = 200;
    monitor = await RunningMonitor.start({ directory: join(directory, 'monitor'), settings });
    await until(() => receiver.posted.length >= 2, 30_000);
    const kinds = receiver.posted.map(
      ({ body }) => (JSON.parse(body) as { alarm: { kind: string } }).alarm.kind,
    );
    expect(kinds.slice(0, 2).sort()).toEqual(['archive', 'disk']);
    expect(mailServer.mails.filter(({ data }) => decodedMail(data).includes('Disk')).length).toBe(1);
    // Nobody can say how things stand until the recorder is back; that it is not, is an alarm by itself.
    const watcher = await monitor.signIn('monitor');
    await alarmSoon(watcher, 'recorder-silent');
    const conditions = (await openAlarms(watcher))
      .map(({ kind, condition }) => `${kind} ${condition}`)
      .sort();
    expect(conditions).toEqual(['archive unknown', 'disk unknown', 'recorder-silent standing']);
  }, 90_000);

  it('passed up when nobody owns it, to the supervisors besides', async () => {
    site.addSource(organisation.counterA);
    site.saySources();
    site.sayFaults('archive');
    await alarmSoon(organisation.people.monitor, 'archive');
    monitor.clock.forwardMs += 6 * 60_000;
    const passedUp = await alarmSoon(
      organisation.people.supervisor,
      'archive',
      ({ escalation }) => escalation === 1,
    );
    expect(passedUp.severity).toBe('high');
    await until(() => mailServer.mails.some(({ to }) => to.includes('phu-trach@example.vn')), 30_000);
    await until(() => receiver.events().includes('escalated'), 30_000);
  }, 60_000);

  it('tells pages with rising numbers, and a page that was away what it missed', async () => {
    const { monitor: watcher, investigator } = organisation.people;
    const connect = async (cookie: string) => {
      const socket = io(monitor.origin, {
        transports: ['websocket'],
        extraHeaders: { Cookie: cookie, Origin: monitor.origin },
      });
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
      return socket;
    };
    const [page, outsider] = [await connect(watcher.cookie), await connect(investigator.cookie)];
    const told: Alarm[] = [];
    const toOutsider: Alarm[] = [];
    page.on('alarm', (alarm: Alarm) => told.push(alarm));
    outsider.on('alarm', (alarm: Alarm) => toOutsider.push(alarm));
    site.sayFaults('archive');
    await until(() => told.length === 1);
    const [first] = told;
    page.disconnect();
    await watcher.call('POST', `/alarms/${first?.id}/own`);
    page.connect();
    await new Promise<void>((resolve) => page.once('connect', () => resolve()));
    const { alarms } = (await page.emitWithAck('catchUpAlarms', { afterSeq: first?.seq })) as {
      alarms: Alarm[];
    };
    expect(alarms.map(({ state }) => state)).toEqual(['owned']);
    expect(alarms[0]?.seq).toBeGreaterThan(first?.seq ?? 0);
    const refused = await outsider.emitWithAck('catchUpAlarms', { afterSeq: 0 });
    expect(refused).toMatchObject({ ok: false, problem: { status: 403 } });
    expect(toOutsider).toEqual([]);
    page.disconnect();
    outsider.disconnect();
  }, 60_000);
});

/** Subject and text of a mail as a person reads them. */
function decodedMail(data: string): string {
  const [head = '', ...body] = data.split('\n\n');
  const subject = head
    .replaceAll(/\n\s+/g, ' ')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=\s?/gi, (_, coding: string, text: string) =>
      coding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : quotedPrintable(text.replaceAll('_', ' ')),
    );
  const text = body.join('\n\n');
  return `${subject}\n${/base64/i.test(head) ? Buffer.from(text, 'base64').toString() : quotedPrintable(text)}`;
}

function quotedPrintable(text: string): string {
  const bytes = text
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
