import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { DigestLogin } from './http-digest.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const login = (qop: boolean, nonceLifetimeMs = 60_000) =>
  new DigestLogin({
    realm: 'r',
    qop,
    nonceLifetimeMs,
    credentials: () => ({ username: 'ánh', password: 'mật "khẩu"' }),
  });
const nonceOf = (challenge: string) => /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';

function authorization(
  nonce: string,
  changes: { password?: string; uri?: string; count?: number } = {},
): string {
  const { password = 'mật "khẩu"', uri = '/main', count } = changes;
  const nc = count?.toString(16).padStart(8, '0');
  const middle = nc === undefined ? nonce : `${nonce}:${nc}:cn:auth`;
  const response = md5(`${md5(`ánh:r:${password}`)}:${middle}:${md5(`PLAY:${uri}`)}`);
  const counted = nc === undefined ? '' : `, qop=auth, nc=${nc}, cnonce="cn"`;
  return `Digest username="ánh", realm="r", nonce="${nonce}", uri="${uri}", response="${response}"${counted}`;
}

describe('without qop, as RTSP cameras do it', () => {
  test('grants the right password for a nonce it gave out', () => {
    const gate = login(false);
    expect(gate.check(authorization(nonceOf(gate.challenge())), 'PLAY', '/main')).toBe('granted');
  });

  test('refuses a wrong password, another method, another address and no login at all', () => {
    const gate = login(false);
    const nonce = nonceOf(gate.challenge());
    expect(gate.check(authorization(nonce, { password: 'x' }), 'PLAY', '/main')).toBe('refused');
    expect(gate.check(authorization(nonce), 'TEARDOWN', '/main')).toBe('refused');
    expect(gate.check(authorization(nonce), 'PLAY', '/sub')).toBe('refused');
    expect(gate.check(undefined, 'PLAY', '/main')).toBe('refused');
    expect(gate.check('Basic YTpi', 'PLAY', '/main')).toBe('refused');
  });

  test('a nonce it never gave out is stale, right password or not', () => {
    expect(login(false).check(authorization('made-up'), 'PLAY', '/main')).toBe('stale');
  });
});

describe('with qop', () => {
  test('each nonce count works once', () => {
    const gate = login(true);
    const nonce = nonceOf(gate.challenge());
    expect(gate.check(authorization(nonce, { count: 1 }), 'PLAY', '/main')).toBe('granted');
    expect(gate.check(authorization(nonce, { count: 1 }), 'PLAY', '/main')).toBe('refused');
    expect(gate.check(authorization(nonce, { count: 2 }), 'PLAY', '/main')).toBe('granted');
  });

  test('a login without qop is refused, a nonce past its life is stale', () => {
    const gate = login(true, -1);
    const nonce = nonceOf(gate.challenge());
    expect(gate.check(authorization(nonce), 'PLAY', '/main')).toBe('refused');
    expect(gate.check(authorization(nonce, { count: 1 }), 'PLAY', '/main')).toBe('stale');
  });
});
