import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf, replaceFileDurablySync } from '@minhbach/shared/file-operations';
import { recorderIdSchema, type RecorderId } from '@minhbach/shared/units-of-measure';
import { SpoolError } from './spool-error.ts';

const count = z.int().min(0);
/** On the spool's own disk: which spool this is. */
const markSchema = z.strictObject({ recorderId: recorderIdSchema, spoolId: z.uuid(), opens: count });
/** Beside the recorder's keys: which spool belongs here, and how far it had come. */
const bindingSchema = z.strictObject({
  spoolId: z.uuid(),
  opens: count,
  generation: count,
  ledgerSize: count,
});

export interface LedgerPosition {
  readonly generation: number;
  readonly ledgerSize: number;
}

/** What the disk and the data directory say about each other before the index is opened. */
export interface BoundSpool {
  /** `undefined` when neither knows: a new spool, or one from before spools were marked. */
  readonly spoolId: string | undefined;
  readonly opens: number;
  /** The disk was opened less often than the binding remembers: it is a copy of an earlier day. */
  readonly isRestored: boolean;
  /** How far its ledger had come at the last opening or clean stop, as far as the data directory remembers. */
  readonly remembered: LedgerPosition | undefined;
}

/** Ties a spool's disk to its recorder, so that a foreign, missing or restored disk is known before anything is written. */
export class SpoolBinding {
  readonly #directory: string;
  readonly #markPath: string;
  readonly #bindingPath: string | undefined;
  readonly #recorderId: RecorderId;

  /** Without `bindingPath` only the disk's own mark is looked at. */
  constructor(directory: string, recorderId: RecorderId, bindingPath: string | undefined) {
    this.#directory = directory;
    this.#markPath = join(directory, 'spool.json');
    this.#bindingPath = bindingPath;
    this.#recorderId = recorderId;
  }

  /** Throws `wrong-recorder`, `foreign-spool` or `spool-missing`, with how to mend it. `indexSpoolId`: what an index says. */
  look(indexSpoolId: () => string | undefined): BoundSpool {
    const mark = this.#readMark();
    const binding = this.#readBinding();
    if (mark !== undefined && mark.recorderId !== this.#recorderId) {
      throw new SpoolError(
        'wrong-recorder',
        `the disk at ${this.#directory} is the spool of recorder ${mark.recorderId}; mount this recorder's own, ${this.#recorderId}`,
      );
    }
    const spoolId = mark?.spoolId ?? indexSpoolId();
    if (binding !== undefined && spoolId !== binding.spoolId) this.#refuse(spoolId, binding.spoolId);
    return {
      spoolId,
      opens: Math.max(mark?.opens ?? 0, binding?.opens ?? 0),
      isRestored: binding !== undefined && mark !== undefined && mark.opens < binding.opens,
      remembered: binding && { generation: binding.generation, ledgerSize: binding.ledgerSize },
    };
  }

  /** Counts an opening. The disk first: a crash between the two leaves it ahead, which is no restored disk. */
  bind(of: { readonly spoolId: string; readonly opens: number } & LedgerPosition): void {
    const { spoolId, opens } = of;
    replaceFileDurablySync(
      this.#markPath,
      JSON.stringify({ recorderId: this.#recorderId, spoolId, opens } satisfies z.infer<typeof markSchema>),
    );
    this.remember(of);
  }

  remember(of: { readonly spoolId: string; readonly opens: number } & LedgerPosition): void {
    if (this.#bindingPath === undefined) return;
    const { spoolId, opens, generation, ledgerSize } = of;
    const binding = { spoolId, opens, generation, ledgerSize } satisfies z.infer<typeof bindingSchema>;
    replaceFileDurablySync(this.#bindingPath, JSON.stringify(binding));
  }

  #refuse(found: string | undefined, wanted: string): never {
    const isEmpty =
      !existsSync(this.#directory) || readdirSync(this.#directory).every((name) => name === 'lost+found');
    const elseSay = `if it is lost for good, remove ${this.#bindingPath ?? ''}, and this recorder begins a new one`;
    if (isEmpty) {
      throw new SpoolError(
        'spool-missing',
        `${this.#directory} is empty where spool ${wanted} should be: mount its disk there; ${elseSay}`,
      );
    }
    throw new SpoolError(
      'foreign-spool',
      `the disk at ${this.#directory} holds ${found === undefined ? 'no spool' : `spool ${found}`}, this recorder's is ${wanted}: mount the right disk; ${elseSay}`,
    );
  }

  #readMark(): z.infer<typeof markSchema> | undefined {
    return parsed(markSchema, textOf(this.#markPath));
  }

  #readBinding(): z.infer<typeof bindingSchema> | undefined {
    const path = this.#bindingPath;
    return path === undefined ? undefined : parsed(bindingSchema, textOf(path));
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file that makes no sense says nothing: the other one, or the index, decides. */
function parsed<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.infer<Schema> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
