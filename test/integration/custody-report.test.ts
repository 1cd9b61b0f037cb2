import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  exportIdSchema,
  monitorIdSchema,
  newId,
  sha256HexSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { custodyReport } from '../../monitor-ui/server/cases/custody-report.ts';
import { textOfPdf } from '../support/pdf-content.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';

const hour = 3_600_000;

describe('a custody report', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let caseId: string;
  let number: string;
  const happened = Date.now() - 5 * hour;

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
    const { admin, counterA, people } = organisation;
    await admin.call('PATCH', `/counters/${counterA}`, { name: 'Quầy số 3: Đất đai – hộ tịch' });
    const told = { channel: 'hotline', counterId: counterA, text: 'Bị đòi tiền', happenedFrom: happened };
    const complaint = await people.investigator.call('POST', '/complaints', told);
    const opened = await people.investigator.call('POST', '/cases', {
      ...{ complaintIds: [complaint.body.id], title: 'Vòi vĩnh khi nộp hồ sơ đất đai' },
    });
    caseId = opened.body.id;
    number = opened.body.number;
  }, 60_000);
  afterAll(async () => monitor.stop());

  const print = async () => {
    const response = await organisation.people.investigator.fetch(`/api/v1/cases/${caseId}/custody.pdf`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    return Buffer.from(await response.arrayBuffer());
  };
  const play = async () => {
    const span = { from: happened, to: happened + 60_000, reason: 'xem lại', caseId };
    const granted = await organisation.people.investigator.call('POST', '/playbacks', {
      ...{ counterId: organisation.counterA, ...span },
    });
    expect(granted.status).toBe(201);
  };
  const custody = async (): Promise<{ seq: number; kind: string }[]> =>
    (await organisation.people.investigator.call('GET', `/cases/${caseId}/custody`)).body.items;

  it('says in Vietnamese, laid out as an office does, who did what with which entry of the ledger', async () => {
    await play();
    const words = textOfPdf(await print()).replaceAll(/\s+/g, '');
    const entries = await custody();
    expect(entries.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['case-opened', 'hold-placed', 'play-granted', 'custody-printed']),
    );
    for (const said of [
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập - Tự do - Hạnh phúc',
      'TRUNG TÂM GIÁM SÁT',
      'BẢN KÊ QUÁ TRÌNH LƯU GIỮ, SỬ DỤNG HÌNH VÀ TIẾNG',
      `${number} – Vòi vĩnh khi nộp hồ sơ đất đai`,
      'Quầy số 3: Đất đai – hộ tịch, Điểm A',
      'được xem',
      'lập bản kê',
      'NGƯỜI LẬP BẢN KÊ',
      `Bản kê có ${entries.length} mục sổ.`,
      'trang 1/1',
      timeInVietNam(happened),
    ]) {
      expect(words).toContain(said.replaceAll(/\s+/g, ''));
    }
    const printed = entries.find(({ kind }) => kind === 'custody-printed');
    expect(words).toContain(`mụcsổsố${printed?.seq}`);
  });

  it('goes on over pages, each with the head of the table and its number', async () => {
    for (let count = 0; count < 40; count += 1) await play();
    const words = textOfPdf(await print());
    const [, pages = ''] = /trang 1\/(\d+)/.exec(words) ?? [];
    expect(Number(pages)).toBeGreaterThan(1);
    expect(words.match(/Thời điểm/g)).toHaveLength(Number(pages));
    expect(words).toContain(`trang ${pages}/${pages}`);
    for (const { seq } of await custody()) expect(words.split(/\s+/)).toContain(`${seq}`);
  });

  it('names each copy that left by its SHA-256', async () => {
    const sha256 = sha256HexSchema.parse('0123456789abcdef'.repeat(4));
    const { investigator } = organisation.people;
    const file = (await investigator.call('GET', `/cases/${caseId}`)).body;
    const pdf = await custodyReport({
      custody: {
        items: [{ seq: 7, at: utcMs(happened), kind: 'exported', exportId: newId(exportIdSchema), sha256 }],
      },
      ...{ file, monitorId: newId(monitorIdSchema), madeAt: utcMs(Date.now()), seq: 8 },
      madeBy: { displayName: 'Nguyễn Thị Hạnh', unitName: 'Thanh tra tỉnh' },
      placeName: () => '',
    });
    const words = textOfPdf(pdf).replaceAll(/\s+/g, '');
    expect(words).toContain(`SHA-256:${sha256}`);
    expect(words).toContain('tảigóichứngcứ');
    expect(words).toContain('THANHTRATỈNH');
  });

  it('is an entry of the audit itself, and there is none for who does not see the case', async () => {
    const { auditor, technician, head } = organisation.people;
    const printed = async () => (await auditor.call('GET', '/audit?kind=custody-printed')).body.items;
    const before = (await printed()).length;
    await print();
    expect(await printed()).toHaveLength(before + 1);
    expect((await printed())[0]).toMatchObject({ subject: { caseId }, personName: 'investigator' });
    for (const other of [auditor, technician, head]) {
      expect((await other.fetch(`/api/v1/cases/${caseId}/custody.pdf`)).status).toBe(403);
    }
    const none = '01990000-0000-7000-8000-000000000001';
    const { supervisor } = organisation.people;
    expect((await supervisor.fetch(`/api/v1/cases/${none}/custody.pdf`)).status).toBe(404);
    expect(await printed()).toHaveLength(before + 1);
  });
});

function timeInVietNam(at: number): string {
  const local = new Date(at + 7 * hour).toISOString();
  return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 19)}`;
}
