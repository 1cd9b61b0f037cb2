import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';

describe('the pages behind a counter’s code', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings: { complaints: { complaintsPerHour: 4 } } });
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());

  const send = async (path: string, fields: Record<string, string | File | readonly File[]>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value].flat()) form.append(name, one as string);
    }
    // An old telephone sends no Origin; nothing here is done in anybody's name.
    const response = await fetch(`${monitor.origin}${path}`, { method: 'POST', body: form });
    return { status: response.status, text: await response.text() };
  };
  const codeIn = (text: string) => /MB-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(text)?.[0] ?? '';
  const png = new File(
    [
      Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      ),
    ],
    'ảnh.png',
  );

  it('take a complaint with files, say what became of each, and answer by the code', async () => {
    const path = `/p/c/${organisation.counterA}`;
    const shown = await (await fetch(`${monitor.origin}${path}`)).text();
    expect(shown).toContain('Điểm A – Quầy A');
    expect(shown).toContain('<html lang="vi">');
    expect(await (await fetch(`${monitor.origin}${path}?lang=en`)).text()).toContain('What happened?');
    const sent = await send(path, {
      ...{ kind: 'complaint', text: 'Đòi <b>tiền</b>\r\ntại quầy', time: '00:05', phone: '0912 345 678' },
      files: [png, new File(['<script>'], 'x.html')],
    });
    expect(sent.status).toBe(201);
    expect(sent.text).toContain('Đã nhận tệp ảnh.png');
    expect(sent.text).toContain('Không nhận tệp x.html');
    const code = codeIn(sent.text);
    const { investigator } = organisation.people;
    const found = await investigator.call('GET', `/complaints?q=${code}`);
    expect(found.body.items).toMatchObject([
      {
        ...{ channel: 'qr', counterId: organisation.counterA, clips: [{ holdId: expect.any(String) }] },
        content: { text: 'Đòi <b>tiền</b>\ntại quầy', hasReporter: true, attachments: [{ name: 'ảnh.png' }] },
      },
    ]);
    const followed = await send('/p/follow', { code: code.toLowerCase() });
    expect([followed.status, followed.text]).toEqual([200, expect.stringContaining('Đã nhận ngày')]);
    expect((await send('/p/follow', { code: 'MB-0000-0000-00' })).status).toBe(404);
  });

  it('give back what was typed, escaped, with what is not right in it', async () => {
    const typed = '"><script>alert(1)</script>';
    const wrong = await send('/p', { text: typed, date: '31/02/2026', ticket: typed });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('Chưa gửi được:');
    expect(wrong.text).not.toContain('<script>');
    expect(wrong.text).toContain('&quot;&gt;&lt;script&gt;');
    expect((await send('/p/c/00000000-0000-7000-8000-000000000000', { text: 'x' })).status).toBe(404);
    const garbage = await fetch(`${monitor.origin}/p`, {
      ...{ method: 'POST', body: '--x', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    });
    expect(garbage.status).toBe(400);
  });

  it('say when too much came from one network, with what was typed still there', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      const sent = await send('/p?lang=en', { text: 'the same again and again' });
      statuses.push(sent.status);
      if (sent.status === 429) {
        expect(sent.text).toMatch(/try again in \d+ minutes/);
        expect(sent.text).toContain('the same again and again');
      }
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
  });
});
