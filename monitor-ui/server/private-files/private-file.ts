import { readFileSync, statSync } from 'node:fs';
import { replaceFileDurablySync } from '@minhbach/shared/file-operations';

/** The file exists but must not be used as it is; the message says why. */
export class PrivateFileError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'PrivateFileError';
  }
}

/** `undefined` when there is none. Throws `PrivateFileError` when others may read it. */
export function readPrivateFile(file: string): string | undefined {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0) {
    throw new PrivateFileError(
      `${file} may be read by others; set its mode to 0600, or remove it if it was copied`,
    );
  }
  return readFileSync(file, 'utf8');
}

/** Made or replaced, mode 0600, durable on return. */
export function writePrivateFile(file: string, text: string): void {
  replaceFileDurablySync(file, text);
}
