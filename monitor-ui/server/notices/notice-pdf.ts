import QrCode from 'qrcode';
import type { NoticeText } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import { a4 as page, colours, fitText, fonts, onPaper, type FittedStyle } from '../paper/index.ts';
import { en, vi } from './i18n/index.ts';

export interface NoticePage {
  readonly text: NoticeText;
  readonly version: number;
  readonly madeAt: UtcMs;
}

const inner = page.width - 2 * page.margin;
/** The code's quiet zone, in its own squares (ISO/IEC 18004 asks for 4). */
const quietSquares = 4;

/**
 * One A4 page to hang at a counter: Vietnamese first, English smaller. The most each part may take sums to less than the
 * page, so that the longest texts the settings allow are set small, but do not run into each other.
 */
export async function noticePdf({ text, version, madeAt }: NoticePage): Promise<Buffer> {
  const title = `${vi.title} – ${text.counterName}`;
  return onPaper({ title, madeAt }, (document) => drawNotice(document, { text, version, madeAt }));
}

function drawNotice(document: PDFKit.PDFDocument, { text, version, madeAt }: NoticePage): void {
  const writer = new Writer(document);
  writer.block(vi.title, { font: fonts.bold, size: 26, most: 40, align: 'center' });
  writer.block(en.title, { size: 13, most: 20, align: 'center', colour: colours.quiet });
  writer.rule();
  writer.block(text.counterName, { font: fonts.bold, size: 24, most: 44, align: 'center' });
  writer.block(text.siteName, { size: 15, most: 26, align: 'center' });
  writer.rule();
  writer.section(vi.purposeTitle, en.purposeTitle, text.purpose, text.purposeEnglish);
  writer.section(vi.legalBasisTitle, en.legalBasisTitle, text.legalBasis, text.legalBasisEnglish);
  writer.section(vi.controllerTitle, en.controllerTitle, text.controller, '');
  drawComplaint(document, text);
  const date = new Intl.DateTimeFormat('vi-VN', {
    ...{ day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'Asia/Ho_Chi_Minh' },
  });
  const filled = vi.version.replace('{{version}}', String(version)).replace('{{date}}', date.format(madeAt));
  document.font(fonts.regular).fontSize(8).fillColor(colours.quiet);
  document.text(filled, page.margin, page.height - 40, { width: inner, align: 'center', lineBreak: false });
}

/** Sets blocks one below the other. */
class Writer {
  readonly #document: PDFKit.PDFDocument;
  #y = page.margin;

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
  }

  block(text: string, style: FittedStyle): void {
    this.#y += fitText(this.#document, text, { x: page.margin, y: this.#y, width: inner }, style) + 6;
  }

  rule(): void {
    this.#y += 4;
    this.#document
      .moveTo(page.margin, this.#y)
      .lineTo(page.width - page.margin, this.#y)
      .lineWidth(1)
      .stroke(colours.rule);
    this.#y += 12;
  }

  section(title: string, englishTitle: string, text: string, english: string): void {
    this.block(`${title} / ${englishTitle}`, { font: fonts.bold, size: 11, most: 16 });
    this.block(text, { size: 14, most: 60 });
    if (english !== '') this.block(english, { size: 10, most: 30, colour: colours.quiet });
    this.#y += 4;
  }
}

/** The lower part: the code, what it opens, and the number to call. */
function drawComplaint(document: PDFKit.PDFDocument, text: NoticeText): void {
  const top = 548;
  const side = 216;
  document
    .roundedRect(page.margin, top, inner, side + 24, 8)
    .lineWidth(1.5)
    .stroke(colours.rule);
  drawCode(document, text.address, page.margin + 12, top + 12, side);
  const x = page.margin + side + 30;
  const width = page.width - page.margin - 16 - x;
  let y = top + 22;
  const put = (line: string, style: FittedStyle, after: number) => {
    y += fitText(document, line, { x, y, width }, style) + after;
  };
  put(vi.complainTitle, { font: fonts.bold, size: 15, most: 40 }, 2);
  put(en.complainTitle, { size: 10, most: 14, colour: colours.quiet }, 8);
  put(vi.scan, { size: 10, most: 54 }, 3);
  put(en.scan, { size: 8, most: 30, colour: colours.quiet }, 10);
  put(`${vi.hotline} / ${en.hotline}`, { font: fonts.bold, size: 10, most: 14 }, 2);
  put(text.hotline, { font: fonts.bold, size: 20, most: 30 }, 8);
  put(text.address, { size: 7, most: 20, colour: colours.quiet }, 0);
}

function drawCode(document: PDFKit.PDFDocument, address: string, x: number, y: number, side: number): void {
  const { modules } = QrCode.create(address, { errorCorrectionLevel: 'M' });
  const square = side / (modules.size + 2 * quietSquares);
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 0) continue;
      document.rect(x + (column + quietSquares) * square, y + (row + quietSquares) * square, square, square);
    }
  }
  document.fill(colours.ink);
}
