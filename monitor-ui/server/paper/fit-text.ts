import { colours, fonts } from './paper.ts';

export interface FittedStyle {
  readonly font?: string;
  readonly size: number;
  /** Points of height it may take; longer text is set smaller. */
  readonly most: number;
  readonly align?: 'center' | 'left';
  readonly colour?: string;
}

/** Answers the height it took. */
export function fitText(
  document: PDFKit.PDFDocument,
  text: string,
  place: { readonly x: number; readonly y: number; readonly width: number },
  { font = fonts.regular, size, most, align = 'left', colour = colours.ink }: FittedStyle,
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
