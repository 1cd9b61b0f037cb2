import { detailOf } from './file-error.ts';
import { errnoOf } from '../file-operations/index.ts';
import { ObjectStoreError, type ObjectStoreErrorCode } from './object-store.ts';
import { S3Failure, S3Silence } from './s3-transport.ts';

interface Meaning {
  readonly code: ObjectStoreErrorCode;
  readonly retryable: boolean;
  readonly hint?: string;
}

const meaning = (code: ObjectStoreErrorCode, retryable: boolean, hint?: string): Meaning =>
  hint === undefined ? { code, retryable } : { code, retryable, hint };

const busy = meaning('unavailable', true);
const full = meaning('full', true, 'free space in the store or raise its quota');
const damaged = meaning(
  'damaged',
  true,
  'the bytes were changed on the way: check memory, cables and proxies',
);
const noLock = meaning('lock-not-enforced', false, 'make a bucket with object lock: check-store --create');
const wrongPlace = meaning('refused', true, 'check endpoint, region and pathStyle of the archive settings');
const skewed = meaning('clock-skew', true, 'set the clock of this machine and of the store by NTP');
const noBucket = meaning(
  'refused',
  true,
  'the bucket does not exist: check its name, or check-store --create',
);
const wrongSecret = meaning('refused', true, 'the secret key does not belong to the access key');
const forbidden = meaning('refused', true, 'allow this access key to do this in the bucket');

/** What S3's error codes mean to us. The AWS names; where a server has its own, it is named. */
const byCode: Readonly<Record<string, Meaning>> = {
  NoSuchKey: meaning('not-found', false),
  NoSuchVersion: meaning('not-found', false),
  // Not `not-found`: nobody may take a mistyped bucket for missing footage.
  NoSuchBucket: noBucket,
  InvalidRange: meaning('range', false),
  PreconditionFailed: meaning('exists', false),
  ConditionalRequestConflict: busy,
  OperationAborted: busy,
  SlowDown: busy,
  ServiceUnavailable: busy,
  InternalError: busy,
  RequestTimeout: meaning('timeout', true),
  RequestTimeTooSkewed: skewed,
  RequestExpired: skewed,
  BadDigest: damaged,
  InvalidDigest: damaged,
  IncompleteBody: damaged,
  XAmzContentSHA256Mismatch: damaged,
  XAmzContentChecksumMismatch: damaged,
  QuotaExceeded: full, // Ceph
  XMinioStorageFull: full, // MinIO
  XMinioAdminBucketQuotaExceeded: full, // MinIO
  InvalidObjectName: meaning('bad-key', false),
  KeyTooLongError: meaning('bad-key', false),
  SignatureDoesNotMatch: wrongSecret,
  InvalidAccessKeyId: meaning('refused', true, 'the store does not know this access key'),
  AccessDenied: forbidden,
  AllAccessDisabled: forbidden,
  AuthorizationHeaderMalformed: wrongPlace,
  PermanentRedirect: wrongPlace,
  TemporaryRedirect: wrongPlace,
  MovedPermanently: wrongPlace,
  IllegalLocationConstraintException: wrongPlace,
  InvalidBucketName: wrongPlace,
  InvalidBucketState: noLock,
  ObjectLockConfigurationNotFoundError: noLock,
  NotImplemented: meaning('refused', false, 'the store does not know this call'),
  MethodNotAllowed: meaning(
    'refused',
    false,
    'the store does not know this call, or the version is a delete marker',
  ),
};

/** For answers without a code: to HEAD, from proxies, from stores that leave it out. */
const byStatus: Readonly<Record<number, Meaning>> = {
  301: wrongPlace,
  302: wrongPlace,
  307: wrongPlace,
  308: wrongPlace,
  400: wrongPlace,
  401: forbidden,
  403: forbidden,
  404: meaning('not-found', false),
  405: meaning('refused', false, 'the store does not know this call, or the version is a delete marker'),
  408: meaning('timeout', true),
  409: busy,
  411: meaning('refused', false, 'the store wants a length that a proxy took away'),
  412: meaning('exists', false),
  413: meaning('refused', false, 'the store or a proxy before it refuses objects of this size'),
  416: meaning('range', false),
  429: busy,
  501: meaning('refused', false, 'the store does not know this call'),
  507: full,
};

const byErrno: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: meaning('unavailable', true, 'nothing listens at the endpoint: is the store running?'),
  ENOTFOUND: meaning('unavailable', true, 'the name of the endpoint cannot be resolved'),
  EAI_AGAIN: meaning('unavailable', true, 'the name server did not answer'),
  EPROTO: meaning('unavailable', true, 'the endpoint does not speak TLS: http instead of https?'),
  ETIMEDOUT: meaning('timeout', true),
};

const badCertificate = meaning(
  'unavailable',
  true,
  "the store's certificate is not trusted here: add its authority by NODE_EXTRA_CA_CERTS or mend its name and dates",
);

export interface S3Circumstances {
  readonly pathStyle: boolean;
  readonly clockSkewMs: number | undefined;
}

/** Turns whatever a call to the store threw into our own error, in one place. Our own errors pass through. */
export function s3Error(what: string, error: unknown, around?: S3Circumstances): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const seen = meaningOf(error);
  const hint = around === undefined ? seen.hint : hintHere(what, seen, error, around);
  return new ObjectStoreError(seen.code, `${what}: ${detailOf(error)}`, {
    retryable: seen.retryable,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The sentence that says how to mend it, with what only the caller knows. */
function hintHere(
  what: string,
  { code, hint }: Meaning,
  error: unknown,
  { pathStyle, clockSkewMs }: S3Circumstances,
): string | undefined {
  if (code === 'clock-skew' && clockSkewMs !== undefined) {
    const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
    const direction = clockSkewMs > 0 ? 'behind' : 'ahead of';
    return `the clock of this machine is ${minutes} min ${direction} the store's: set both by NTP`;
  }
  if (hint === forbidden.hint) {
    const right = rights.find(([verb]) => what.startsWith(verb))?.[1];
    if (right !== undefined) return `this access key may not do that: give it ${right} on the bucket`;
  }
  // With virtual hosts, a store that does not know them takes the first part of the key for the bucket.
  const mayBeStyle = errnoOf(error) === 'ENOTFOUND' || hint === noBucket.hint || hint === wrongPlace.hint;
  if (!pathStyle && mayBeStyle) return `${hint ?? ''}; if it is right, set archive.pathStyle to true`;
  return hint;
}

/** What each call needs, by how its description begins. */
const rights: readonly (readonly [string, string])[] = [
  ['put ', 's3:PutObject (with lock headers also s3:PutObjectRetention)'],
  ['list ', 's3:ListBucket'],
  ['get ', 's3:GetObject and s3:GetObjectVersion'],
  ['read ', 's3:GetObject and s3:GetObjectVersion'],
  ['stat ', 's3:GetObject, s3:GetObjectVersion and s3:ListBucket'],
];

function meaningOf(error: unknown): Meaning {
  if (error instanceof S3Failure) {
    const known = byCode[error.s3Code] ?? byStatus[error.status];
    return known ?? (error.status >= 500 ? busy : meaning('refused', false));
  }
  if (error instanceof S3Silence) return meaning('timeout', true);
  const errno = errnoOf(error) ?? '';
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(errno)) return badCertificate;
  if (errno.startsWith('HPE_'))
    return meaning('unavailable', true, 'the endpoint does not speak HTTP as S3 does');
  return byErrno[errno] ?? (/^E[A-Z]+$/.test(errno) ? busy : meaning('internal', true));
}
