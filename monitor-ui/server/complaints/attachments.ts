import { fileTypeFromBuffer } from 'file-type';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '@minhbach/shared/clock';
import { replaceFileDurably } from '@minhbach/shared/file-operations';
import type { Attachment } from '@minhbach/shared/protocol';
import {
  attachmentIdSchema,
  newId,
  utcMs,
  type AttachmentId,
  type ComplaintId,
} from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { conflict, notFound, ProblemError } from '../problem/index.ts';
import type { Shield } from '../shield/index.ts';
import type { AttachmentRow, ComplaintRows } from './complaint-rows.ts';

export const attachmentLimits = { bytes: 10 * 1024 * 1024, files: 5 } as const;

/** Pictures, sound, film and documents as telephones make them; told by their bytes, never by their name. */
const allowedTypes = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/heic',
  'application/pdf',
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/wav',
  'audio/ogg',
  'audio/amr',
  'video/mp4',
  'video/quicktime',
  'video/3gpp',
]);

const metaSchema = z.strictObject({ name: z.string(), contentType: z.string() });

export interface AttachmentsParts {
  readonly rows: ComplaintRows;
  readonly shield: Shield;
  readonly clock: Clock;
  /** Where sealed files lie. */
  readonly directory: string;
}

/** Files people sent along, each sealed under the shield key in a file of its own. */
export class Attachments {
  readonly #parts: AttachmentsParts;

  constructor(parts: AttachmentsParts) {
    this.#parts = parts;
  }

  /**
   * Durable on return. The sealed file is written first; `commit` then stores its row, and when it throws the file is
   * removed. Throws 413 `attachment-large`,
   * 415 `attachment-type`, 409 `attachments-enough`, 400 for an empty file; then nothing is kept.
   */
  async take(
    complaintId: ComplaintId,
    file: { readonly body: Readable; readonly name: string; readonly signal: AbortSignal },
    commit: (store: () => AttachmentRow) => void,
  ): Promise<Attachment> {
    const { rows, shield, clock, directory } = this.#parts;
    const isFull = () => rows.attachments(complaintId).length >= attachmentLimits.files;
    if (isFull()) throw tooMany();
    const bytes = await readLimited(file.body, file.signal);
    const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? '';
    if (!allowedTypes.has(contentType)) {
      throw new ProblemError(
        415,
        'attachment-type',
        'A file sent along is a picture, a sound or video recording, or a PDF.',
      );
    }
    const id = newId(attachmentIdSchema);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const sealed = shield.sealBytes(bytes, contextOf(id));
    const path = join(directory, id);
    await replaceFileDurably(path, sealed);
    const meta = JSON.stringify({ name: safeName(file.name), contentType });
    const row: AttachmentRow = {
      ...{ id, complaint_id: complaintId, received_at: clock.wallNow(), bytes: bytes.length },
      sealed: shield.seal(meta, contextOf(id)),
    };
    try {
      commit(() => {
        // Several may have come at once.
        if (isFull()) throw tooMany();
        rows.insertAttachment(row);
        return row;
      });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return attachmentShown(shield, row);
  }

  /** Throws 404 for one of another complaint. */
  async read(
    complaintId: ComplaintId,
    id: AttachmentId,
  ): Promise<{ readonly shown: Attachment; readonly bytes: Buffer }> {
    const { rows, shield, directory } = this.#parts;
    const row = rows.attachment(id);
    if (row?.complaint_id !== complaintId) throw notFound('attachment');
    const bytes = shield.openBytes(await readFile(join(directory, id)), contextOf(id));
    return { shown: attachmentShown(shield, row), bytes };
  }
}

/** Throws `ShieldError`. */
export function attachmentShown(shield: Shield, row: AttachmentRow): Attachment {
  const { name, contentType } = metaSchema.parse(JSON.parse(shield.open(row.sealed, contextOf(row.id))));
  return { id: row.id, name, contentType, bytes: row.bytes, receivedAt: utcMs(row.received_at) };
}

function contextOf(id: AttachmentId): string {
  return `attachment/${id}`;
}

/** A name to show and to save under: no path, no control characters, nothing hidden. */
function safeName(name: string): string {
  const bare = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, '_')
    .replace(/^\.+/, '')
    .trim();
  return bare === '' ? 'file' : bare.slice(-100);
}

async function readLimited(body: Readable, signal: AbortSignal): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    total += piece.length;
    if (total > attachmentLimits.bytes) {
      throw new ProblemError(413, 'attachment-large', 'A file sent along has at most 10 MiB.', {
        params: { mebibytes: 10 },
      });
    }
    pieces.push(piece);
  }
  if (total === 0) throw new ProblemError(400, 'attachment-empty', 'The file sent along is empty.');
  return Buffer.concat(pieces, total);
}

function tooMany(): ProblemError {
  return conflict('attachments-enough', 'At most 5 files go with a complaint.', {
    files: attachmentLimits.files,
  });
}
