import { errnoOf } from '../file-operations/index.ts';
import { ObjectStoreError, type ObjectStoreErrorCode } from './object-store.ts';

interface Meaning {
  readonly code: ObjectStoreErrorCode;
  readonly retryable: boolean;
  readonly hint?: string;
}

const full = {
  code: 'full',
  retryable: true,
  hint: 'free space on the archive disk or raise its quota',
} as const;
const denied = {
  code: 'refused',
  retryable: true,
  hint: 'give this program write permission on the archive directory and check that it is not mounted read-only',
} as const;
const notAnObject = { code: 'bad-key', retryable: false } as const;

const meanings: Readonly<Record<string, Meaning>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: denied,
  EROFS: denied,
  EPERM: { ...denied, hint: `${denied.hint}; its file system must know hard links` },
  EOPNOTSUPP: { ...denied, hint: 'the file system of the archive directory must know hard links and fsync' },
  ENOTDIR: notAnObject,
  EISDIR: notAnObject,
  ELOOP: notAnObject,
  ENAMETOOLONG: notAnObject,
  EMFILE: { code: 'unavailable', retryable: true, hint: 'raise the limit of open files' },
  ENFILE: { code: 'unavailable', retryable: true, hint: 'raise the limit of open files' },
  EIO: { code: 'unavailable', retryable: true, hint: 'the disk reports read or write errors: check it' },
  ESTALE: { code: 'unavailable', retryable: true, hint: 'the network mount under the archive went away' },
  ETIMEDOUT: { code: 'timeout', retryable: true },
};

/** Turns what a file operation threw into our own error, in one place. Our own errors pass through. */
export function fileError(what: string, error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const errno = errnoOf(error) ?? '';
  const meaning = meanings[errno] ?? { code: 'internal', retryable: true };
  return new ObjectStoreError(meaning.code, `${what}: ${detailOf(error)}`, {
    retryable: meaning.retryable,
    cause: error,
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
  });
}

/** What an error says, whatever realm it comes from. */
export function detailOf(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' && message !== '' ? message : String(error);
}
