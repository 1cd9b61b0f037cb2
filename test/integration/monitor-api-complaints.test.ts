import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

const hour = 3_600_000;
const minute = 60_000;

describe('complaints', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  const now = Date.now();

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings: { complaints: { complaintsPerHour: 6 } } });
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());

  const told = (more: object = {}) => ({
    channel: 'hotline',
    counterId: organisation.counterA,
    happenedFrom: now - 3 * hour,
    happenedTo: now - 3 * hour + 10 * minute,
    dossierCode: 'H21.15-241127-0042',
    ticket: 'A 012',
    text: 'Cán bộ ở quầy đòi tiền bồi dưỡng, đã đưa năm trăm nghìn đồng.',
    reporter: { name: 'Nguyễn Thị Ánh', phone: '+84 912 345 678' },
    ...more,
  });

  it('are taken with a receipt code, and the footage around is held at once', async () => {
    const { monitor: hotline, investigator, auditor } = organisation.people;
    const taken = await hotline.call('POST', '/complaints', told());
    expect(taken).toMatchObject({
      status: 201,
      body: { receiptCode: expect.stringMatching(/^MB-/), holdId: expect.any(String) },
    });
    const hold = (await investigator.call('GET', `/holds/${taken.body.holdId}`)).body;
    expect(hold).toMatchObject({
      counterId: organisation.counterA,
      from: now - 3 * hour - 15 * minute,
      to: now - 3 * hour + 25 * minute,
      origin: 'complaint',
      reason: '',
    });
    const read = await investigator.call('GET', `/complaints/${taken.body.id}`);
    expect(read.body).toMatchObject({
      state: 'received',
      clips: [{ holdId: taken.body.holdId }],
      content: { text: told().text, ticket: 'A 012', hasReporter: true, attachments: [] },
    });
    expect(JSON.stringify(read.body)).not.toMatch(/Ánh|912.?345.?678/);
    // Who answers the hotline need not be allowed to read.
    expect((await hotline.call('GET', `/complaints/${taken.body.id}`)).status).toBe(403);
    const entries = (await auditor.call('GET', '/audit?kind=complaint-taken')).body.items;
    expect(entries[0].subject).toEqual({ complaintId: taken.body.id });
  });

  it('who complained is shown for a reason only, and each look is in the audit', async () => {
    const { investigator, auditor } = organisation.people;
    const { id } = (await investigator.call('POST', '/complaints', told())).body;
    expect((await investigator.call('POST', `/complaints/${id}/reporter`, {})).status).toBe(400);
    const reason = 'gọi lại để hỏi thêm';
    const seen = await investigator.call('POST', `/complaints/${id}/reporter`, { reason });
    expect(seen.body).toEqual({ reporter: told().reporter });
    const [entry] = (await auditor.call('GET', '/audit?kind=reporter-seen')).body.items;
    expect(entry).toMatchObject({ subject: { complaintId: id }, shielded: { reason } });
  });

  it('are found by words with and without accents, by code, ticket, dossier, phone and name', async () => {
    const { investigator, supervisor } = organisation.people;
    const taken = (
      await investigator.call('POST', '/complaints', told({ ticket: 'B-77', dossierCode: 'D/9' }))
    ).body;
    const found = async (q: string) =>
      (await investigator.call('GET', `/complaints?q=${encodeURIComponent(q)}`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    for (const q of [
      'bồi dưỡng',
      'boi duong',
      'BOI DUO',
      'nam tram nghin',
      'nguyen thi anh',
      taken.receiptCode,
      taken.receiptCode.toLowerCase().replaceAll('-', ' '),
      'b77',
      'D-9',
      '0912345678',
      '+84 912.345.678',
    ]) {
      expect([q, await found(q)]).toEqual([q, expect.arrayContaining([taken.id])]);
    }
    for (const q of ['không có từ này', '" OR text:*', "'; DROP TABLE complaint; --", 'b7']) {
      expect(await found(q)).not.toContain(taken.id);
    }
    const all = await supervisor.call('GET', '/search?q=boi%20duong');
    expect(all.body.items[0]).toMatchObject({
      kind: 'complaint',
      foundBy: 'words',
      clips: [{ counterName: 'Quầy A', siteName: 'Điểm A', held: true, hasFootage: false }],
    });
    const day = await supervisor.call('GET', `/search?q=${encodeURIComponent('Quầy A hôm nay')}`);
    expect(day.body.items).toMatchObject([{ kind: 'counter-day', id: organisation.counterA }]);
  });

  it('that denounce somebody are read by those who handle them alone', async () => {
    const { investigator, supervisor, monitor: hotline } = organisation.people;
    const text = 'Tôi tố cáo người ở quầy nhận hối lộ thường xuyên.';
    const { id } = (await hotline.call('POST', '/complaints', told({ kind: 'denunciation', text }))).body;
    for (const person of [investigator, supervisor]) {
      const shown = await person.call('GET', `/complaints/${id}`);
      expect(shown.status).toBe(200);
      expect(shown.body).not.toHaveProperty('content');
      expect((await person.call('POST', `/complaints/${id}/reporter`, { reason: 'muốn biết' })).status).toBe(
        404,
      );
      expect((await person.call('GET', '/complaints?q=hoi%20lo%20thuong%20xuyen')).body.items).toEqual([]);
    }
    const opened = await investigator.call('POST', '/cases', { complaintIds: [id], title: 'Hối lộ' });
    expect(opened.status).toBe(201);
    expect((await investigator.call('GET', `/complaints/${id}`)).body.content.text).toBe(text);
    expect((await supervisor.call('GET', `/complaints/${id}`)).body).not.toHaveProperty('content');
    expect((await supervisor.call('GET', `/cases/${opened.body.id}`)).status).toBe(404);
  });

  it('come from the public page, are followed by their code, and limited by address', async () => {
    const { anonymous } = monitor;
    const { counterA } = organisation;
    expect((await anonymous.call('GET', `/public/counters/${counterA}`)).body).toEqual({
      ...{ id: counterA, name: 'Quầy A', siteName: 'Điểm A' },
    });
    const form = { ...told(), channel: undefined };
    const sent = await anonymous.call('POST', '/public/complaints', form);
    expect(sent.status).toBe(201);
    expect(Object.keys(sent.body)).toEqual(['receiptCode']);
    const follow = (receiptCode: string) =>
      anonymous.call('POST', '/public/complaints/follow', { receiptCode });
    expect((await follow(sent.body.receiptCode)).body).toMatchObject({
      kind: 'complaint',
      state: 'received',
    });
    // What fills in the hidden field is a machine; it is answered, and nothing is kept.
    const before = (await organisation.people.supervisor.call('GET', '/complaints')).body.items.length;
    const trap = await anonymous.call('POST', '/public/complaints', { ...form, website: 'http://x' });
    expect(trap.status).toBe(201);
    expect((await follow(trap.body.receiptCode)).status).toBe(404);
    expect((await organisation.people.supervisor.call('GET', '/complaints')).body.items).toHaveLength(before);

    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      statuses.push((await anonymous.call('POST', '/public/complaints', form)).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 429, 429, 429, 429]);
    const limited = await organisation.people.auditor.call('GET', '/audit?kind=complaints-limited');
    expect(limited.body.items).toHaveLength(1);
    const guesses: number[] = [];
    for (let count = 0; count < 12; count += 1) guesses.push((await follow('MB-0000-0000-00')).status);
    expect(guesses.slice(-1)).toEqual([429]);
  });

  it('take files, checked by their bytes and kept sealed', async () => {
    const { investigator, head } = organisation.people;
    const { id } = (await investigator.call('POST', '/complaints', told())).body;
    const path = `/complaints/${id}/attachments`;
    const send = (bytes: Uint8Array, name = 'ảnh <b>.png') =>
      investigator.fetch(`/api/v1${path}`, {
        method: 'POST',
        headers: { 'x-file-name': encodeURIComponent(name), 'content-type': 'text/html' },
        body: Buffer.from(bytes),
      });
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const kept = await send(png);
    expect(kept.status).toBe(201);
    const shown = (await kept.json()) as { id: string };
    expect(shown).toMatchObject({ name: 'ảnh _b_.png', contentType: 'image/png', bytes: png.length });
    for (const [bytes, status] of [
      [Buffer.from('<html><script>alert(1)</script>'), 415],
      [Buffer.from('PK\u0003\u0004' + 'x'.repeat(100), 'latin1'), 415],
      [Buffer.alloc(0), 400],
      [Buffer.concat([png, Buffer.alloc(50 * 1024 * 1024)]), 413],
    ] as const) {
      expect((await send(bytes)).status).toBe(status);
    }
    const back = await investigator.fetch(`/api/v1${path}/${shown.id}`);
    expect(back.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''/);
    expect(Buffer.from(await back.arrayBuffer())).toEqual(png);
    expect((await head.fetch(`/api/v1${path}/${shown.id}`)).status).toBe(403);
    const directory = join(monitor.directory, 'data', 'attachments');
    for (const file of readdirSync(directory)) {
      expect(readFileSync(join(directory, file)).includes(png.subarray(0, 8))).toBe(false);
    }
  });

  it('without time or place get them later, and are held then', async () => {
    const { investigator } = organisation.people;
    const bare = { channel: 'letter', text: 'Thư không ghi ngày.' };
    const taken = await investigator.call('POST', '/complaints', bare);
    expect(taken.body).not.toHaveProperty('holdId');
    const placed = await investigator.call('POST', `/complaints/${taken.body.id}/place`, {
      ...{ counterId: organisation.counterB, happenedFrom: now - 26 * hour },
    });
    expect(placed.body.clips).toMatchObject([{ counterId: organisation.counterB, from: now - 27 * hour }]);
  });

  it.each([
    ['times reversed', { happenedTo: now - 4 * hour }, '/happenedTo'],
    ['the future', { happenedFrom: now + hour, happenedTo: undefined }, '/happenedFrom'],
    ['a year', { happenedFrom: now - 9_000 * hour }, '/happenedTo'],
    ['an end without a beginning', { happenedFrom: undefined }, '/happenedFrom'],
    ['no words', { text: '  ' }, '/text'],
    ['control characters', { text: 'a\u0000b' }, '/text'],
    ['10 001 characters', { text: 'x'.repeat(10_001) }, '/text'],
    ['no phone number', { reporter: { phone: 'gọi tôi' } }, '/reporter/phone'],
    ['an unknown field', { held: false }, ''],
  ])('refuse %s in one sentence, and change nothing', async (_name, more, pointer) => {
    const { supervisor } = organisation.people;
    const before = (await supervisor.call('GET', '/holds')).body;
    const refused = await supervisor.call('POST', '/complaints', told(more));
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].pointer.startsWith(pointer)).toBe(true);
    expect((await supervisor.call('GET', '/holds')).body).toEqual(before);
  });

  it('lie sealed on disk: neither words nor names, in the database or its log', async () => {
    const { investigator } = organisation.people;
    const word = 'Tràngiangđạihải';
    await investigator.call('POST', '/complaints', told({ text: word, reporter: { name: `Bà ${word}` } }));
    await investigator.call('GET', `/complaints?q=${encodeURIComponent(word)}`);
    const data = join(monitor.directory, 'data');
    const seen = readdirSync(data)
      .filter((file) => file.startsWith('monitor.db'))
      .filter((file) => readFileSync(join(data, file)).includes(word));
    expect(seen).toEqual([]);
    expect(monitor.log.join('')).not.toContain(word);
  });

  it('are found again after a restart', async () => {
    const directory = monitor.directory;
    await monitor.monitor.stop();
    monitor = await RunningMonitor.start({ directory });
    const investigator = await monitor.signIn('investigator');
    await until(async () => {
      const { body } = await investigator.call('GET', '/complaints?q=thu%20khong%20ghi%20ngay');
      return body.items.length === 1;
    });
  });
});
