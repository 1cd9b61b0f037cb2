import { inflateSync } from 'node:zlib';

/** What a PDF as pdfkit writes it shows: fonts with ToUnicode maps, text as hexadecimal glyph numbers. */
export function textOfPdf(pdf: Buffer): string {
  const fonts = new Map<string, ReadonlyMap<string, string>>();
  const objects = objectsOf(pdf);
  for (const { body } of objects.values()) {
    for (const [, name, font] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(font ?? '')?.body ?? '')?.[1];
      if (name !== undefined) fonts.set(name, unicodeOf(objects.get(map ?? '')?.stream ?? ''));
    }
  }
  let text = '';
  for (const { stream } of objects.values()) {
    let font: ReadonlyMap<string, string> | undefined;
    for (const [, named, shown] of (stream ?? '').matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (named !== undefined) font = fonts.get(named);
      for (const [, glyphs = ''] of (shown ?? '').matchAll(/<([0-9a-f]*)>/gi)) {
        for (const glyph of glyphs.match(/.{4}/g) ?? []) text += font?.get(glyph.toLowerCase()) ?? '\uFFFD';
      }
      if (shown !== undefined) text += '\n';
    }
  }
  return text;
}

interface PdfObject {
  readonly body: string;
  readonly stream?: string | undefined;
}

function objectsOf(pdf: Buffer): Map<string, PdfObject> {
  const file = pdf.toString('latin1');
  const objects = new Map<string, PdfObject>();
  for (const match of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [, number = '', whole = ''] = match;
    const begin = whole.indexOf('stream\n');
    const body = begin === -1 ? whole : whole.slice(0, begin);
    const bytes =
      begin === -1
        ? undefined
        : Buffer.from(whole.slice(begin + 7, whole.lastIndexOf('\nendstream')), 'latin1');
    const packed = body.includes('/FlateDecode');
    objects.set(number, { body, stream: bytes && (packed ? inflateSync(bytes) : bytes).toString('latin1') });
  }
  return objects;
}

/** Glyph number in hexadecimal to the text it stands for, from a CMap. */
function unicodeOf(map: string): Map<string, string> {
  const unicode = new Map<string, string>();
  const decoded = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, from = '', , list = ''] of map.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi)) {
    [...list.matchAll(/<([0-9a-f ]+)>/gi)].forEach(([, hex = ''], index) => {
      const glyph = (Number.parseInt(from, 16) + index).toString(16).padStart(4, '0');
      unicode.set(glyph, decoded(hex.replaceAll(' ', '')));
    });
  }
  return unicode;
}
