import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { textOfPdf } from '../support/pdf-content.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';

const hotline = '1900 6868';
const publicOrigin = 'https://minhbach.example.vn';
const settings = {
  publicOrigins: [publicOrigin],
  notices: { hotline, controller: 'Văn phòng UBND tỉnh, đường Nguyễn Huệ' },
};

describe('notices', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings });
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());

  const standing = async () => {
    const { body } = await organisation.people.technician.call('GET', '/notices/standing');
    return Object.fromEntries(
      body.items.map((item: { counterId: string; standing: string }) => [item.counterId, item.standing]),
    );
  };
  const make = async () => {
    const made = await organisation.admin.call('POST', `/counters/${organisation.counterA}/notices`);
    expect(made.status).toBe(201);
    return made.body;
  };
  const pdfOf = async (id: string): Promise<Buffer> => {
    const response = await organisation.admin.fetch(`/api/v1/notices/${id}/pdf`);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    return Buffer.from(await response.arrayBuffer());
  };

  it('say in Vietnamese what happens and whom to call, and where to complain', async () => {
    const { admin, counterA } = organisation;
    await admin.call('PATCH', `/counters/${counterA}`, { name: 'Quầy số 3: Đất đai – hộ tịch' });
    const notice = await make();
    expect(notice).toMatchObject({ version: 1, current: true, text: { hotline } });
    const pdf = await pdfOf(notice.id);
    expect(createHash('sha256').update(pdf).digest('hex')).toBe(notice.sha256);
    expect(await pdfOf(notice.id)).toEqual(pdf);
    const words = textOfPdf(pdf).replaceAll(/\s+/g, '');
    for (const said of [
      'QUẦY NÀY ĐƯỢC GHI HÌNH, GHI ÂM',
      'Quầy số 3: Đất đai – hộ tịch',
      'Điểm A',
      'Phòng ngừa, phát hiện nhũng nhiễu',
      'Văn phòng UBND tỉnh, đường Nguyễn Huệ',
      'Phản ánh, khiếu nại, tố cáo',
      hotline,
      'Picture and sound are recorded at this counter',
    ]) {
      expect(words).toContain(said.replaceAll(/\s+/g, ''));
    }
    const address = `${publicOrigin}/p/c/${counterA}`;
    expect(notice.text.address).toBe(address);
    expect(words).toContain(address);
  });

  it('stand amber until what they say now hangs at the counter', async () => {
    const { admin, people, counterA, counterB } = organisation;
    expect(await standing()).toEqual({ [counterA]: 'missing', [counterB]: 'missing' });
    const notice = await make();
    const posted = await people.head.call('POST', `/notices/${notice.id}/posted`);
    expect(posted.body).toMatchObject({ current: true, postedAt: expect.any(Number) });
    expect((await standing())[counterA]).toBe('current');
    await admin.call('PATCH', `/counters/${counterA}`, { name: 'Quầy số 4' });
    expect((await standing())[counterA]).toBe('outdated');
    expect((await admin.call('GET', `/notices/${notice.id}`)).body.current).toBe(false);
    const next = await make();
    expect(next.version).toBe(notice.version + 1);
    expect((await standing())[counterA]).toBe('outdated');
    await people.technician.call('POST', `/notices/${next.id}/posted`);
    expect((await standing())[counterA]).toBe('current');
    const listed = (await admin.call('GET', `/counters/${counterA}/notices?limit=2`)).body;
    expect(listed.items.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    expect(listed.nextCursor).toBe(notice.id);
  });

  it('are in the audit, and what is not current cannot be said to hang', async () => {
    const { admin, people, counterA } = organisation;
    const old = await make();
    await make();
    const late = await admin.call('POST', `/notices/${old.id}/posted`);
    expect(late.body).toMatchObject({ status: 409, code: 'notice-outdated' });
    const kinds = async (kind: string) =>
      (await people.auditor.call('GET', `/audit?kind=${kind}`)).body.items.length;
    expect([await kinds('notice-made'), await kinds('notice-posted')]).toEqual([5, 2]);
    expect((await people.head.call('POST', `/counters/${counterA}/notices`)).status).toBe(403);
  });

  it('are not made while settings lack, which are named', async () => {
    const bare = await RunningMonitor.start();
    try {
      const { admin, counterA } = await makeOrganisation(bare);
      const refused = await admin.call('POST', `/counters/${counterA}/notices`);
      expect(refused.body).toMatchObject({ status: 409, code: 'notice-not-configured' });
      expect(refused.body.detail).toMatch(/publicOrigins, notices\.hotline, notices\.controller/);
      expect((await admin.call('GET', `/counters/${counterA}/notices`)).body.items).toEqual([]);
    } finally {
      await bare.stop();
    }
  });
});
