import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The machine does not let the monitor run as configured; the message is one sentence an operator can act on. */
export class StartError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StartError';
  }
}

/** Makes the directory of everything the monitor keeps (0700) and sees that it can be written. */
export function openStateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartError(`dataDirectory: ${path} cannot be written (${reasonOf(cause)})`, { cause });
  }
}

/** The secret that signs session cookies: made once, kept in a file of its own (0600). */
export function readSessionSecret(directory: string): string {
  const file = join(directory, 'session-secret');
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (reasonOf(error) !== 'EEXIST') throw error;
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 43) throw new StartError(`${file} is damaged; remove it, and everybody signs in again`);
  return secret;
}

export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : 'unknown reason';
}
