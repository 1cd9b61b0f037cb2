import { createHash } from 'node:crypto';
import { entriesOfBundle, entryBundle } from '@minhbach/shared/ledger';
import { recorderEntrySchema, type RecorderEntry } from '@minhbach/shared/protocol';
import { sha256HexSchema, type Sha256Hex } from '@minhbach/shared/units-of-measure';
import { canonicalEntryText } from './entry-text.ts';

export const bundleContentType = 'application/octet-stream';

/** The canonical texts as C2SP has them; the same entries are the same bytes, whoever writes them. */
export function bundleBody(texts: readonly string[]): { readonly body: Buffer; readonly sha256: Sha256Hex } {
  const body = Buffer.from(entryBundle(texts.map((text) => Buffer.from(text))));
  return { body, sha256: sha256HexSchema.parse(createHash('sha256').update(body).digest('hex')) };
}

/** Throws an error that says in one sentence what is wrong with it. */
export function readBundle(
  body: Buffer,
  of: { readonly firstSeq: number; readonly width: number },
): RecorderEntry[] {
  const texts = entriesOfBundle(body).map((bytes) => Buffer.from(bytes).toString('utf8'));
  if (texts.length !== of.width) throw new Error(`${texts.length} entries instead of ${of.width}`);
  return texts.map((text, index) => {
    const seq = of.firstSeq + index;
    const entry = recorderEntrySchema.safeParse(parsedJson(text));
    if (!entry.success || entry.data.seq !== seq || canonicalEntryText(entry.data) !== text) {
      throw new Error(`what should be entry ${seq} is not as a recorder states it`);
    }
    return entry.data;
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
