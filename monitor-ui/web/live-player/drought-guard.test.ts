import { describe, expect, it } from '@jest/globals';
import { rateInDrought } from './drought-guard.ts';

const bounds = { fromS: 0.07, floorS: 0.03 };

describe('rateInDrought', () => {
  it('plays on as it was while enough is left', () => {
    expect(rateInDrought(0.07, bounds)).toBe(1);
    expect(rateInDrought(0.2, bounds)).toBe(1);
  });

  it('slows down the closer the end comes and never stands', () => {
    const rates = [0.065, 0.05, 0.04, 0.03, 0].map((leadS) => rateInDrought(leadS, bounds));
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    expect(rates.at(-1)).toBeGreaterThan(0);
  });

  it('bridges a fragment that is 150 ms late without using up what is left', () => {
    let leadS = 0.07;
    for (let ms = 0; ms < 150; ms += 15) leadS -= 0.015 * rateInDrought(leadS, bounds);
    expect(leadS).toBeGreaterThan(0.02);
  });
});
