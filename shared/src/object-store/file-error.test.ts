import { expect, test } from '@jest/globals';
import { fileError } from './file-error.ts';
import { ObjectStoreError } from './object-store.ts';

test.each([
  ['ENOSPC', 'full', true, /free space/],
  ['EDQUOT', 'full', true, /quota/],
  ['EACCES', 'refused', true, /write permission/],
  ['EROFS', 'refused', true, /read-only/],
  ['EPERM', 'refused', true, /hard links/],
  ['EOPNOTSUPP', 'refused', true, /hard links/],
  ['ENOTDIR', 'bad-key', false, undefined],
  ['EISDIR', 'bad-key', false, undefined],
  ['ENAMETOOLONG', 'bad-key', false, undefined],
  ['EMFILE', 'unavailable', true, /open files/],
  ['EIO', 'unavailable', true, /check it/],
  ['ESTALE', 'unavailable', true, /mount/],
  ['ESOMETHING', 'internal', true, undefined],
] as const)('%s is %s, retryable %s', (errno, code, retryable, hint) => {
  const error = fileError('put k', Object.assign(new Error(`${errno}: said the kernel`), { code: errno }));
  expect(error).toMatchObject({ code, retryable, message: `put k: ${errno}: said the kernel` });
  if (hint === undefined) expect(error.hint).toBeUndefined();
  else expect(error.hint).toMatch(hint);
});

test('lets our own errors through', () => {
  const own = new ObjectStoreError('exists', 'k', { retryable: false });
  expect(fileError('put k', own)).toBe(own);
});
