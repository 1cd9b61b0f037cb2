import { readFile } from 'node:fs/promises';
import { trustSchema } from '@minhbach/shared/evidence';

/** What the operator must mend; one sentence. */
export class BadTrustFile extends Error {}

/** Public keys by the id of recorder or monitor, out of a list as `npm run verify -- --trust` takes it. */
export async function readOutsideTrust(file: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (file === undefined) return new Map();
  let read;
  try {
    read = trustSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new BadTrustFile(`trustFile: ${file} is no list of trusted keys`, { cause });
  }
  return new Map(
    read.keys.flatMap((key): [string, string][] => {
      if ('recorderId' in key) return [[key.recorderId, key.publicKey]];
      return 'monitorId' in key ? [[key.monitorId, key.publicKey]] : [];
    }),
  );
}
