import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const identityFiles = {
  recorder: z.object({ recorderId: z.string(), publicKey: z.string() }),
  monitor: z.object({ monitorId: z.string(), publicKey: z.string() }),
} as const;

/**
 * Writes `trust.json`: the public keys a verifier of this demo's footage may trust, taken from the machine itself and
 * not from anything that travelled. Keys are raw Ed25519, base64url.
 */
export async function writeTrustFile(dataDirectory: string): Promise<void> {
  const keys = [];
  for (const party of ['recorder', 'monitor'] as const) {
    const text = await readFile(join(dataDirectory, party, 'identity.json'), 'utf8');
    keys.push(identityFiles[party].parse(JSON.parse(text)));
  }
  await writeFile(join(dataDirectory, 'trust.json'), `${JSON.stringify({ keys }, null, 2)}\n`);
}
