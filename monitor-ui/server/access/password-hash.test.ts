import { expect, test } from '@jest/globals';
import { hashPassword, isPassword } from './password-hash.ts';

test('a password becomes an Argon2id hash with a salt of its own, and only it opens it', async () => {
  const password = 'mật khẩu thử nghiệm';
  const [once, again] = await Promise.all([hashPassword(password), hashPassword(password)]);
  expect(once).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43,}$/);
  expect(again).not.toBe(once);
  // The same letters, as another keyboard sends them.
  expect(await isPassword(password.normalize('NFD'), once)).toBe(true);
  expect(await isPassword(`${password} `, once)).toBe(false);
  expect(await isPassword('nobody has this password', undefined)).toBe(false);
});
