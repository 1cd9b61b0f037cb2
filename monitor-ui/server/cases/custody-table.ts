import type { Custody } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { a4, colours, fonts } from '../paper/index.ts';
import { en, vi } from './i18n/index.ts';
import { spanOf, timeOf } from './report-words.ts';

type Item = Custody['items'][number];

const columns = [
  { key: 'column.seq', width: 44 },
  { key: 'column.at', width: 66 },
  { key: 'column.who', width: 106 },
  { key: 'column.act', width: 118 },
  { key: 'column.where', width: a4.width - 2 * a4.margin - 334 },
] as const;
const padding = 4;
const bottom = a4.height - a4.margin - 6;

interface Cell {
  readonly said: string;
  /** Below it, smaller. */
  readonly small?: string | undefined;
}

/** A table that goes on over pages, with its head on each. A row is never cut in two. */
export class CustodyTable {
  readonly #document: PDFKit.PDFDocument;
  readonly #placeName: (counterId: string) => string;
  #y: number;

  constructor(document: PDFKit.PDFDocument, placeName: (counterId: string) => string, top: number) {
    this.#document = document;
    this.#placeName = placeName;
    this.#y = top;
    this.#head();
  }

  row(item: Item): void {
    const { counterId, from, to, sha256 } = item;
    const key = `act.${item.kind}`;
    const place = counterId === undefined ? '' : this.#placeName(counterId);
    const span = from === undefined || to === undefined ? '' : spanOf(from, to);
    const handed =
      item.recipient === undefined || item.by === undefined ? '' : `${vi.recipient}: ${item.recipient}`;
    const packageId = item.exportId === undefined ? '' : `${item.exportId}`;
    const hash = sha256 === undefined ? '' : `SHA-256: ${sha256.slice(0, 32)}\n${sha256.slice(32)}`;
    this.#cells([
      { said: `${item.seq}` },
      { said: timeOf(utcMs(item.at)) },
      { said: item.by?.displayName ?? item.recipient ?? vi.system },
      isAct(key) ? { said: vi[key], small: en[key] } : { said: item.kind },
      {
        said: [place, span, handed].filter((text) => text !== '').join('\n'),
        small: [packageId, hash].filter((text) => text !== '').join('\n'),
      },
    ]);
  }

  /** Answers where it ends, on a page with `room` points left below. */
  end(room: number): number {
    if (this.#y + room > bottom) this.#newPage();
    return this.#y;
  }

  #head(): void {
    this.#cells(
      columns.map(({ key }) => ({ said: vi[key], small: en[key] })),
      fonts.bold,
    );
  }

  #cells(cells: readonly Cell[], font: string = fonts.regular): void {
    const document = this.#document;
    const laid = cells.map(({ said, small = '' }, index) => {
      const width = (columns[index]?.width ?? 0) - 2 * padding;
      const heightOf = (text: string, face: string, size: number) =>
        text === '' ? 0 : document.font(face).fontSize(size).heightOfString(text, { width });
      const [main, below] = [said.normalize('NFC'), small.normalize('NFC')];
      return {
        main,
        below,
        width,
        mainHeight: heightOf(main, font, 8),
        belowHeight: heightOf(below, fonts.regular, 6),
      };
    });
    const height = Math.max(...laid.map((cell) => cell.mainHeight + cell.belowHeight)) + 2 * padding;
    if (this.#y + height > bottom) {
      this.#newPage();
      this.#head();
    }
    let x: number = a4.margin;
    for (const { main, below, width, mainHeight } of laid) {
      document
        .rect(x, this.#y, width + 2 * padding, height)
        .lineWidth(0.5)
        .stroke(colours.rule);
      const y = this.#y + padding;
      document
        .font(font)
        .fontSize(8)
        .fillColor(colours.ink)
        .text(main, x + padding, y, { width });
      document.font(fonts.regular).fontSize(6).fillColor(colours.quiet);
      document.text(below, x + padding, y + mainHeight, { width });
      x += width + 2 * padding;
    }
    this.#y += height;
  }

  #newPage(): void {
    this.#document.addPage();
    this.#y = a4.margin;
  }
}

function isAct(key: string): key is Extract<keyof typeof vi, `act.${string}`> {
  return Object.hasOwn(vi, key);
}
