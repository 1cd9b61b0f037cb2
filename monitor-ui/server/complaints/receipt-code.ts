import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter that can be taken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const symbols = 9;
/** A prime above 32, so that one wrong symbol or two exchanged ones never pass; the five sums beyond the alphabet are not issued. */
const checkPrime = 37;

/** A fresh code of 45 random bits and a check symbol, as a person reads it out: `MB-7K3F-9Q2D-XA`. */
export function newReceiptCode(): string {
  for (;;) {
    const body = [...randomBytes(symbols)].map((byte) => alphabet.charAt(byte % 32)).join('');
    const check = checkOf(body);
    if (check !== undefined) return shownCode(body + check);
  }
}

/** The code as it is kept, whatever way it was typed; `undefined` for what no code can be. */
export function readReceiptCode(typed: string): string | undefined {
  const bare = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replace(/^MB/, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (bare.length !== symbols + 1 || [...bare].some((symbol) => !alphabet.includes(symbol))) return undefined;
  return checkOf(bare.slice(0, symbols)) === bare.charAt(symbols) ? bare : undefined;
}

function shownCode(bare: string): string {
  return `MB-${bare.slice(0, 4)}-${bare.slice(4, 8)}-${bare.slice(8)}`;
}

function checkOf(body: string): string | undefined {
  let sum = 0;
  for (const symbol of body) sum = (sum * 32 + alphabet.indexOf(symbol)) % checkPrime;
  return sum < alphabet.length ? alphabet.charAt(sum) : undefined;
}
