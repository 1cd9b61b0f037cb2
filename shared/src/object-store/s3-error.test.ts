import { describe, expect, test } from '@jest/globals';
import { ObjectStoreError } from './object-store.ts';
import { s3Error } from './s3-error.ts';
import { S3Failure, S3Silence } from './s3-transport.ts';

const errno = (code: string): Error => Object.assign(new Error(code), { code });

describe('s3Error', () => {
  test.each([
    // What the servers we met really answer: status, code (empty after HEAD and from proxies).
    [404, 'NoSuchKey', 'not-found', false],
    [404, '', 'not-found', false],
    [404, 'NoSuchVersion', 'not-found', false],
    [404, 'NoSuchBucket', 'refused', true],
    [403, 'SignatureDoesNotMatch', 'refused', true],
    [403, 'InvalidAccessKeyId', 'refused', true],
    [403, 'AccessDenied', 'refused', true],
    [403, '', 'refused', true],
    [403, 'RequestTimeTooSkewed', 'clock-skew', true],
    [403, 'QuotaExceeded', 'full', true],
    [507, '', 'full', true],
    [412, 'PreconditionFailed', 'exists', false],
    [412, '', 'exists', false],
    [409, 'ConditionalRequestConflict', 'unavailable', true],
    [416, 'InvalidRange', 'range', false],
    [400, 'BadDigest', 'damaged', true],
    [400, 'XAmzContentSHA256Mismatch', 'damaged', true],
    [400, 'InvalidBucketState', 'lock-not-enforced', false],
    [404, 'ObjectLockConfigurationNotFoundError', 'lock-not-enforced', false],
    [400, '', 'refused', true],
    [301, 'PermanentRedirect', 'refused', true],
    [501, 'NotImplemented', 'refused', false],
    [503, 'SlowDown', 'unavailable', true],
    [500, 'InternalError', 'unavailable', true],
    [502, '', 'unavailable', true],
    [599, 'NeverHeardOf', 'unavailable', true],
    [418, 'NeverHeardOf', 'refused', false],
  ] as const)('makes of %s %s: %s, retryable %s', (status, s3Code, code, retryable) => {
    const failure = new S3Failure(status, s3Code, 'said the store');
    const error = s3Error('put k', failure);
    expect(error).toMatchObject({ name: 'ObjectStoreError', code, retryable });
    expect(error.cause).toBe(failure);
    expect(error.message).toMatch(/^put k: the store answered /);
  });

  test.each([
    [errno('ECONNREFUSED'), 'unavailable', /is the store running/],
    [errno('ENOTFOUND'), 'unavailable', /cannot be resolved/],
    [errno('ECONNRESET'), 'unavailable', undefined],
    [errno('EPIPE'), 'unavailable', undefined],
    [errno('ETIMEDOUT'), 'timeout', undefined],
    [errno('HPE_INVALID_CONSTANT'), 'unavailable', /does not speak HTTP/],
    [errno('SELF_SIGNED_CERT_IN_CHAIN'), 'unavailable', /NODE_EXTRA_CA_CERTS/],
    [errno('CERT_HAS_EXPIRED'), 'unavailable', /dates/],
    [errno('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'unavailable', /NODE_EXTRA_CA_CERTS/],
    [new S3Silence(1_000), 'timeout', undefined],
    [new TypeError('a bug'), 'internal', undefined],
    ['not even an error', 'internal', undefined],
  ] as const)('makes of %s: %s', (thrown, code, hint) => {
    const error = s3Error('get k', thrown);
    expect(error).toMatchObject({ code, retryable: true });
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  test('lets our own errors through', () => {
    const own = new ObjectStoreError('timeout', 'late', { retryable: true });
    expect(s3Error('put k', own)).toBe(own);
  });
});
