import { expect, test } from '@jest/globals';
import { inflateSync } from 'node:zlib';
import QrCode from 'qrcode';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { noticePdf } from './notice-pdf.ts';

const long = (characters: number) => 'Quầy tiếp nhận hồ sơ đất đai, hộ tịch '.repeat(20).slice(0, characters);
const page = {
  text: {
    siteName: long(200),
    counterName: long(200),
    address: `https://${'rat-dai.'.repeat(20)}vn/p/c/01990000-0000-7000-8000-000000000001`,
    hotline: long(60),
    purpose: long(400),
    purposeEnglish: long(400),
    legalBasis: long(400),
    legalBasisEnglish: long(400),
    controller: long(200),
  },
  version: 12,
  madeAt: utcMs(1_795_800_000_000),
};

test('the longest texts still make one page, and the same page again', async () => {
  const pdf = await noticePdf(page);
  expect(pdf.toString('latin1').match(/\/Type \/Page\n/g)).toHaveLength(1);
  expect((await noticePdf(page)).equals(pdf)).toBe(true);
});

test('the code on it is that of its address, square by square', async () => {
  const { modules } = QrCode.create(page.text.address, { errorCorrectionLevel: 'M' });
  const dark = [...modules.data].flatMap((bit, index) =>
    bit === 0 ? [] : [`${index % modules.size},${Math.floor(index / modules.size)}`],
  );
  expect(squaresOf(await noticePdf(page)).sort()).toEqual(dark.sort());
});

/** The equal squares of the drawing, as `column,row` from the leftmost and the topmost. */
function squaresOf(pdf: Buffer): string[] {
  const file = pdf.toString('latin1');
  const drawing = [...file.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, bytes = '']) => inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1'))
    .join('\n');
  const squares = [...drawing.matchAll(/([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re/g)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
  }));
  const left = Math.min(...squares.map(({ x }) => x));
  const top = Math.min(...squares.map(({ y }) => y));
  return squares.map(
    ({ x, y, width }) => `${Math.round((x - left) / width)},${Math.round((y - top) / width)}`,
  );
}
