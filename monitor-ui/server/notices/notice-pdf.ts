import { createRequire } from 'node:module';
import PdfDocument from 'pdfkit';
import QrCode from 'qrcode';
import type { NoticeText } from '@minhbach/shared/protocol';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import { en, vi } from './i18n/index.ts';

export interface NoticePage {
  readonly text: NoticeText;
  readonly version: number;
  readonly madeAt: UtcMs;
}

// Both have every Vietnamese letter; pdfkit's own fonts have not.
const require = createRequire(import.meta.url);
const regular = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const bold = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/** A4 in points. */
const page = { width: 595.28, height: 841.89, margin: 48 };
const inner = page.width - 2 * page.margin;
const colours = { ink: '#14181f', quiet: '#4b5563', rule: '#14181f' };
/** The code's quiet zone, in its own squares (ISO/IEC 18004 asks for 4). */
const quietSquares = 4;

/**
 * One A4 page to hang at a counter: Vietnamese first, English smaller. The most each part may take sums to less than the
 * page, so that the longest texts the settings allow are set small, but do not run into each other.
 */
export async function noticePdf({ text, version, madeAt }: NoticePage): Promise<Buffer> {
  const document = new PdfDocument({
    size: 'A4',
    margin: 0,
    font: regular,
    lang: 'vi',
    info: { Title: `${vi.title} – ${text.counterName}`, CreationDate: new Date(madeAt) },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.once('end', resolve);
    document.once('error', reject);
  });
  const writer = new Writer(document);
  writer.block(vi.title, { font: bold, size: 26, most: 40, align: 'center' });
  writer.block(en.title, { size: 13, most: 20, align: 'center', colour: colours.quiet });
  writer.rule();
  writer.block(text.counterName, { font: bold, size: 24, most: 44, align: 'center' });
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
  document.font(regular).fontSize(8).fillColor(colours.quiet);
  document.text(filled, page.margin, page.height - 40, { width: inner, align: 'center', lineBreak: false });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

interface BlockStyle {
  readonly font?: string;
  readonly size: number;
  /** Points of height it may take; longer text is set smaller. */
  readonly most: number;
  readonly align?: 'center' | 'left';
  readonly colour?: string;
}

/** Sets blocks one below the other. */
class Writer {
  readonly #document: PDFKit.PDFDocument;
  #y = page.margin;

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
  }

  block(text: string, style: BlockStyle): void {
    this.#y += setText(this.#document, text, { x: page.margin, y: this.#y, width: inner }, style) + 6;
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
    this.block(`${title} / ${englishTitle}`, { font: bold, size: 11, most: 16 });
    this.block(text, { size: 14, most: 60 });
    if (english !== '') this.block(english, { size: 10, most: 30, colour: colours.quiet });
    this.#y += 4;
  }
}

/** Answers the height it took. */
function setText(
  document: PDFKit.PDFDocument,
  text: string,
  place: { readonly x: number; readonly y: number; readonly width: number },
  { font = regular, size, most, align = 'left', colour = colours.ink }: BlockStyle,
): number {
  // Letters of one piece: those set from two have no glyph of their own.
  const composed = text.normalize('NFC');
  document.font(font).fillColor(colour);
  let fitting = size;
  const height = () => document.fontSize(fitting).heightOfString(composed, { width: place.width });
  while (fitting > 5 && height() > most) fitting -= 0.5;
  const taken = Math.min(height(), most);
  document.text(composed, place.x, place.y, { width: place.width, align, height: most });
  return taken;
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
  const put = (line: string, style: BlockStyle, after: number) => {
    y += setText(document, line, { x, y, width }, style) + after;
  };
  put(vi.complainTitle, { font: bold, size: 15, most: 40 }, 2);
  put(en.complainTitle, { size: 10, most: 14, colour: colours.quiet }, 8);
  put(vi.scan, { size: 10, most: 54 }, 3);
  put(en.scan, { size: 8, most: 30, colour: colours.quiet }, 10);
  put(`${vi.hotline} / ${en.hotline}`, { font: bold, size: 10, most: 14 }, 2);
  put(text.hotline, { font: bold, size: 20, most: 30 }, 8);
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
