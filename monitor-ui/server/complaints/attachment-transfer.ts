import type { Request, Response } from 'express';
import type { Readable } from 'node:stream';
import type { Attachment } from '@minhbach/shared/protocol';
import type { ComplaintId } from '@minhbach/shared/units-of-measure';
import type { AuditLog } from '../audit/index.ts';
import { badInput } from '../problem/index.ts';
import type { Attachments } from './attachments.ts';

/** Percent-encoded UTF-8, because headers carry no other letters. Throws 400. */
export function fileNameOf(request: Request): string {
  const sent = request.headers['x-file-name'];
  if (typeof sent !== 'string' || sent === '') return '';
  if (sent.length > 1_000) throw badInput('/header/X-File-Name', 'characters-at-most', { count: 1000 });
  try {
    return decodeURIComponent(sent);
  } catch {
    throw badInput('/header/X-File-Name', 'encoded-name');
  }
}

/** Durable and in the audit on return. */
export function keepAttachment(
  parts: {
    readonly attachments: Attachments;
    readonly audit: AuditLog;
    readonly transaction: (work: () => void) => void;
  },
  complaintId: ComplaintId,
  personId: string | undefined,
  file: { readonly body: Readable; readonly name: string; readonly signal: AbortSignal },
): Promise<Attachment> {
  return parts.attachments.take(complaintId, file, (store) =>
    parts.transaction(() => {
      const { id } = store();
      parts.audit.append({
        kind: 'complaint-attached',
        personId,
        subject: { complaintId, attachmentId: id },
      });
    }),
  );
}

/** As a file to save: nothing a stranger sent is ever shown within our pages. */
export function sendAttachment(response: Response, { name, contentType }: Attachment, bytes: Buffer): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  response.setHeader('Cache-Control', 'private, no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(bytes);
}
