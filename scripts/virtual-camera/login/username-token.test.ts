import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { UsernameTokenLogin } from './username-token.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const login = () =>
  new UsernameTokenLogin(
    () => ({ username: 'admin', password: 's3cret' }),
    () => NOW,
  );

function token(changes: { created?: string; password?: string; username?: string; nonce?: string } = {}) {
  const { created = '2026-11-22T12:00:01Z', password = 's3cret', username = 'admin', nonce = 'n' } = changes;
  const digest = createHash('sha1')
    .update(nonce + created + password)
    .digest('base64');
  return {
    username,
    password: digest,
    isDigest: true,
    nonceBase64: Buffer.from(nonce).toString('base64'),
    created,
  };
}

test('grants a fresh token with the right digest, once', () => {
  const gate = login();
  expect(gate.refusal(token())).toBeUndefined();
  expect(gate.refusal(token())).toMatch(/used before/);
  expect(gate.refusal(token({ nonce: 'other' }))).toBeUndefined();
});

test('the window is five minutes to either side of the device clock', () => {
  expect(login().refusal(token({ created: '2026-11-22T11:55:01Z' }))).toBeUndefined();
  expect(login().refusal(token({ created: '2026-11-22T11:54:59Z' }))).toMatch(/5 minutes/);
  expect(login().refusal(token({ created: '2026-11-22T12:05:01Z' }))).toMatch(/5 minutes/);
  expect(login().refusal(token({ created: 'yesterday' }))).toMatch(/5 minutes/);
});

test('refuses no token, plain text, a wrong password, a wrong name and an empty nonce', () => {
  expect(login().refusal(undefined)).toMatch(/required/);
  expect(login().refusal({ ...token(), isDigest: false })).toMatch(/PasswordDigest/);
  expect(login().refusal(token({ password: 'S3cret' }))).toMatch(/not Authorized/);
  expect(login().refusal(token({ username: 'root' }))).toMatch(/not Authorized/);
  expect(login().refusal(token({ nonce: '' }))).toMatch(/not Authorized/);
});
