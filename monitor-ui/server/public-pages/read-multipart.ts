import { Busboy } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { ProblemError } from '../problem/index.ts';
import type { FormFields } from './form-fields.ts';

const limits = { fields: 20, fieldSize: 64 * 1024, fieldNameSize: 40, files: 5, parts: 40, headerPairs: 20 };

export interface SentFile {
  readonly name: string;
  readonly body: Readable;
}

/**
 * Fields and files of a form as browsers send it (RFC 7578), files whole in memory: `fileBytes` each at most, and a
 * little more so that the next room says that one is too large. Rejects with 400 for what is no such form, 413 for more
 * than all parts together may have.
 */
export async function readMultipart(
  request: IncomingMessage,
  options: { readonly fileBytes: number; readonly signal: AbortSignal },
): Promise<{ readonly fields: FormFields; readonly files: readonly SentFile[] }> {
  const { fileBytes, signal } = options;
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limits.files * fileBytes + 1024 * 1024) throw tooLarge();
  const contentType = request.headers['content-type'];
  if (contentType === undefined) throw notAForm();
  const fields: Record<string, string> = {};
  const files: SentFile[] = [];
  try {
    const form = new Busboy({
      headers: { ...request.headers, 'content-type': contentType },
      limits: { ...limits, fileSize: fileBytes + 1 },
    });
    form.on('field', (name, value) => {
      fields[name] = value;
    });
    form.on('file', (_field, stream, name) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const bytes = Buffer.concat(pieces);
        // An empty choice of files comes as one file without a name.
        if (bytes.length > 0 || name !== '') files.push({ name, body: Readable.from([bytes]) });
      });
    });
    await new Promise<void>((resolve, reject) => {
      form.on('finish', () => resolve());
      form.on('error', reject);
      signal.addEventListener('abort', () => reject(new Error('the caller left')), { once: true });
      request.on('error', reject);
      request.pipe(form);
    });
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw notAForm(cause);
  }
  return { fields, files };
}

function notAForm(cause?: unknown): ProblemError {
  return new ProblemError(400, 'form-unreadable', 'The form could not be read.', { cause });
}

function tooLarge(): ProblemError {
  return new ProblemError(413, 'too-large', 'The files are larger than a form may have altogether.');
}
