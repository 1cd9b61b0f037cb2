import type { Readable } from 'node:stream';
import type { Clock } from '@minhbach/shared/clock';
import type {
  Attachment,
  complaintFollowedSchema,
  publicComplaintInputSchema,
  publicCounterSchema,
} from '@minhbach/shared/protocol';
import type { z } from 'zod';
import type { AuditLog } from '../audit/index.ts';
import { ProblemError } from '../problem/index.ts';
import { keepAttachment } from './attachment-transfer.ts';
import type { Attachments } from './attachments.ts';
import type { Complaints } from './complaints.ts';
import type { PublicGate } from './public-limits.ts';
import { newReceiptCode } from './receipt-code.ts';

const attachWithinMs = 24 * 3_600_000;

export interface PublicDeskParts {
  readonly complaints: Complaints;
  readonly attachments: Attachments;
  readonly audit: AuditLog;
  readonly transaction: (work: () => void) => void;
  readonly gate: PublicGate;
  readonly clock: Clock;
  readonly counter: (id: string) => z.input<typeof publicCounterSchema> | undefined;
}

/** What anybody may do who scanned the code at a counter, whatever page or program they use. */
export class PublicDesk {
  readonly #parts: PublicDeskParts;

  constructor(parts: PublicDeskParts) {
    this.#parts = parts;
  }

  counter(id: string): z.input<typeof publicCounterSchema> | undefined {
    return this.#parts.counter(id);
  }

  /** Durable, and its footage held, on return. Rejects with 429 for what an address may not do so often. */
  async take(
    { website, ...told }: z.output<typeof publicComplaintInputSchema>,
    address: string,
  ): Promise<{ readonly receiptCode: string }> {
    const { gate, audit, complaints } = this.#parts;
    await gate.complaint(address, () => audit.append({ kind: 'complaints-limited', shielded: { address } }));
    // A machine is answered like a person, and nothing is kept.
    if (website !== undefined && website !== '') return { receiptCode: newReceiptCode() };
    return { receiptCode: complaints.takePublic(told).receiptCode };
  }

  /** Rejects with 404 `receipt-code-unknown`, 429 after too many wrong ones. */
  async follow(receiptCode: string, address: string): Promise<z.input<typeof complaintFollowedSchema>> {
    const { gate, complaints } = this.#parts;
    const row = await gate.code(address, () => complaints.ofReceipt(receiptCode));
    if (row === undefined) throw unknownCode();
    return complaints.follow(receiptCode);
  }

  /** Right after the complaint was taken here. */
  attach(
    receiptCode: string,
    file: { readonly body: Readable; readonly name: string; readonly signal: AbortSignal },
  ): Promise<Attachment> {
    const { complaints, clock } = this.#parts;
    const row = complaints.ofReceipt(receiptCode);
    if (row === undefined) throw unknownCode();
    if (row.received_at < clock.wallNow() - attachWithinMs) {
      throw new ProblemError(409, 'attachment-late', 'Files go with a complaint within 24 hours.');
    }
    return keepAttachment(this.#parts, row.id, undefined, file);
  }

  /** Later, by somebody who knows the code. */
  async attachLater(
    receiptCode: string,
    address: string,
    file: { readonly body: Readable; readonly name: string; readonly signal: AbortSignal },
  ): Promise<Attachment> {
    const { gate, complaints } = this.#parts;
    await gate.file(address);
    const row = await gate.code(address, () => complaints.ofReceipt(receiptCode));
    if (row === undefined) throw unknownCode();
    return this.attach(receiptCode, file);
  }
}

function unknownCode(): ProblemError {
  return new ProblemError(404, 'receipt-code-unknown', 'There is no complaint with this code.');
}
