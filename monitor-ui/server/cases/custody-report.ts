import type { Case, Custody } from '@minhbach/shared/protocol';
import type { MonitorId, UtcMs } from '@minhbach/shared/units-of-measure';
import { a4, colours, fitText, fonts, onPaper, type FittedStyle } from '../paper/index.ts';
import { CustodyTable } from './custody-table.ts';
import { en, vi } from './i18n/index.ts';
import { dateOf, filled, timeOf } from './report-words.ts';

export interface CustodyReport {
  readonly file: Case;
  readonly custody: Custody;
  readonly monitorId: MonitorId;
  readonly madeAt: UtcMs;
  readonly madeBy: { readonly displayName: string; readonly unitName: string };
  /** Of the ledger entry that states this print. */
  readonly seq: number;
  readonly placeName: (counterId: string) => string;
}

const inner = a4.width - 2 * a4.margin;
const half = inner / 2 - 8;
const signaturesHeight = 150;

/** What was done with the footage of a case, as a document to sign: Vietnamese, with small English below. */
export async function custodyReport(report: CustodyReport): Promise<Buffer> {
  const { file, custody, madeAt } = report;
  return onPaper({ title: `${vi.title} – ${file.number}`, madeAt }, (document) => {
    const top = drawFacts(document, report, drawHead(document, report));
    const table = new CustodyTable(document, report.placeName, top);
    for (const item of custody.items) table.row(item);
    const bottom = table.end(signaturesHeight);
    drawEnd(document, report, bottom);
    numberPages(document, file.number);
  });
}

/** Unit to the left, the nation's name and motto to the right, as decree 30/2020/NĐ-CP lays a document out. */
function drawHead(document: PDFKit.PDFDocument, { file, madeAt, madeBy }: CustodyReport): number {
  const put = (text: string, place: { x: number; y: number; width: number }, style: FittedStyle) =>
    place.y + fitText(document, text, place, { align: 'center', ...style }) + 2;
  const right = { x: a4.margin + half + 16, width: half };
  const left = { x: a4.margin, width: half };
  const line = (x: number, y: number, width: number) =>
    document
      .moveTo(x + half / 2 - width / 2, y)
      .lineTo(x + half / 2 + width / 2, y)
      .lineWidth(0.7)
      .stroke(colours.rule);
  let y = put(vi.nation, { ...right, y: a4.margin }, { font: fonts.bold, size: 10, most: 14 });
  y = put(vi.motto, { ...right, y }, { font: fonts.bold, size: 10, most: 14 });
  line(right.x, y, 150);
  const date = put(filled(vi.date, dateOf(madeAt)), { ...right, y: y + 6 }, { size: 9, most: 12 });
  const unit = { font: fonts.bold, size: 10, most: 42 };
  y = put(madeBy.unitName.toLocaleUpperCase('vi'), { ...left, y: a4.margin }, unit);
  line(left.x, y, 70);
  y = put(filled(vi.number, { number: file.number }), { ...left, y: y + 6 }, { size: 9, most: 12 });
  y = Math.max(y, date) + 22;
  const whole = { x: a4.margin, width: inner };
  y = put(vi.title, { ...whole, y }, { font: fonts.bold, size: 14, most: 20 });
  return put(en.title, { ...whole, y }, { size: 9, most: 12, colour: colours.quiet }) + 12;
}

function drawFacts(document: PDFKit.PDFDocument, report: CustodyReport, top: number): number {
  const { file, madeAt, madeBy, seq, monitorId } = report;
  const printed = { time: timeOf(madeAt), name: madeBy.displayName, seq: String(seq) };
  const opened = { time: timeOf(file.openedAt), name: file.openedBy.displayName };
  const facts = [
    ['about', `${file.number} – ${file.title}`, ''],
    ['opened', filled(vi['opened.by'], opened), ''],
    ['printed', filled(vi['printed.by'], printed), ''],
    [
      'source',
      filled(vi['source.ledger'], { monitor: monitorId }),
      filled(en['source.ledger'], { monitor: monitorId }),
    ],
  ] as const;
  let y = top;
  for (const [key, said, english] of facts) {
    const label = { x: a4.margin, y, width: 110 };
    const value = { x: a4.margin + 118, y, width: inner - 118 };
    const named = fitText(document, vi[key], label, { font: fonts.bold, size: 9, most: 12 });
    const small = { size: 7, most: 9, colour: colours.quiet };
    fitText(document, en[key], { ...label, y: y + named }, small);
    let height = fitText(document, said, value, { size: 9, most: 46 });
    if (english !== '') {
      height += fitText(document, english, { ...value, y: y + height + 1 }, { ...small, most: 20 });
    }
    y += Math.max(named + 9, height) + 6;
  }
  return y + 4;
}

function drawEnd(document: PDFKit.PDFDocument, { custody, madeBy }: CustodyReport, top: number): void {
  const count = { count: String(custody.items.length) };
  const total = `${filled(vi.total, count)} / ${filled(en.total, count)}`;
  fitText(document, total, { x: a4.margin, y: top + 8, width: inner }, { size: 9, most: 12 });
  const sign = (who: 'sign.maker' | 'sign.head', x: number) => {
    const put = (text: string, y: number, style: FittedStyle) =>
      fitText(document, text, { x, y: top + y, width: half }, { align: 'center', ...style });
    put(vi[who], 32, { font: fonts.bold, size: 10, most: 14 });
    put(vi[`${who}-how`], 45, { size: 8, most: 11 });
    put(`${en[who]} ${en[`${who}-how`]}`, 56, { size: 7, most: 10, colour: colours.quiet });
    if (who === 'sign.maker') put(madeBy.displayName, 128, { font: fonts.bold, size: 10, most: 14 });
  };
  sign('sign.maker', a4.margin);
  sign('sign.head', a4.margin + half + 16);
}

function numberPages(document: PDFKit.PDFDocument, number: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    document.switchToPage(start + index);
    const of = { number, page: String(index + 1), pages: String(count) };
    const place = { x: a4.margin, y: a4.height - 34, width: inner };
    fitText(document, `${filled(vi.page, of)} / ${filled(en.page, of)}`, place, {
      ...{ size: 7, most: 10, align: 'center', colour: colours.quiet },
    });
  }
}
