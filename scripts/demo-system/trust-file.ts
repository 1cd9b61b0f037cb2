import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { witnessName } from '@minhbach/shared/ledger';
import { monitorIdSchema } from '@minhbach/shared/units-of-measure';

const identityFiles = {
  recorder: z.object({ recorderId: z.string(), publicKey: z.string() }),
  monitor: z.object({ monitorId: monitorIdSchema, publicKey: z.string() }),
} as const;
const witnessKeySchema = z.object({ publicKey: z.string() });

/**
 * Writes `trust.json`: the public keys a verifier of this demo's footage may trust, taken from the machine itself and
 * not from anything that travelled. Keys are raw Ed25519, base64url.
 */
export async function writeTrustFile(dataDirectory: string): Promise<void> {
  const read = async (party: string, file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(dataDirectory, party, file), 'utf8'));
  const recorder = identityFiles.recorder.parse(await read('recorder', 'identity.json'));
  const monitor = identityFiles.monitor.parse(await read('monitor', 'identity.json'));
  const { publicKey } = witnessKeySchema.parse(await read('monitor', 'witness-key.json'));
  const keys = [recorder, monitor, { witness: witnessName(monitor.monitorId), publicKey }];
  await writeFile(join(dataDirectory, 'trust.json'), `${JSON.stringify({ keys }, null, 2)}\n`);
}
