import { expect, test } from '@jest/globals';
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
