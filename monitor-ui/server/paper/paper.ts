import { createRequire } from 'node:module';
import PdfDocument from 'pdfkit';
import type { UtcMs } from '@minhbach/shared/units-of-measure';

// Both have every Vietnamese letter; pdfkit's own fonts have not.
const require = createRequire(import.meta.url);
export const fonts = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
} as const;

/** In points, like every length on paper. */
export const a4 = { width: 595.28, height: 841.89, margin: 48 } as const;
export const colours = { ink: '#14181f', quiet: '#4b5563', rule: '#14181f' } as const;

/** A PDF of A4 pages as `draw` draws them, all of them kept until it is done, so that they can be numbered. */
export async function onPaper(
  { title, madeAt }: { readonly title: string; readonly madeAt: UtcMs },
  draw: (document: PDFKit.PDFDocument) => void,
): Promise<Buffer> {
  const document = new PdfDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    font: fonts.regular,
    lang: 'vi',
    info: { Title: title, CreationDate: new Date(madeAt) },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.once('end', resolve);
    document.once('error', reject);
  });
  draw(document);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
