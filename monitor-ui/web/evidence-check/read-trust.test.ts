import { describe, expect, it } from '@jest/globals';
import { readTrust } from './read-trust.ts';

const hex = '0123456789abcdef0123456789abcdef';
const recorderId = '0192d3c4-0000-7000-8000-000000000001';
const vkey = (name: string, kind: number) =>
  `${name}+00000000+${Buffer.from([kind, ...new Uint8Array(32).fill(7)]).toString('base64')}`;
const publicKey = Buffer.alloc(32, 7).toString('base64url');

describe('keys known from elsewhere', () => {
  it.each([
    ['nothing', '  \n', []],
    ['a fingerprint as printed', '0123 4567 89AB cdef\t0123-4567-89ab-cdef', [{ fingerprint: hex }]],
    ['a witness', vkey('minhbach/w/office', 4), [{ witness: 'minhbach/w/office', publicKey }]],
    ['a recorder', vkey(`minhbach/r/${recorderId}/3`, 1), [{ recorderId, publicKey }]],
    ['a monitor', vkey(`minhbach/m/${recorderId}`, 1), [{ monitorId: recorderId, publicKey }]],
    ['a file', JSON.stringify({ keys: [{ recorderId, publicKey }] }), [{ recorderId, publicKey }]],
  ])('%s', (_, text, keys) => {
    expect(readTrust(text)).toEqual({ kind: 'trust', trust: { keys } });
  });

  it.each(['0123', `${hex}\nhello`, vkey('somebody', 1), vkey('minhbach/w/x', 9), '{"keys": 3}', '{'])(
    'refuses %j',
    (text) => expect(readTrust(text)).toMatchObject({ kind: 'wrong' }),
  );
});
