import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  archiveRefusal,
  objectRetention,
  ObjectStoreError,
  objectStoreSettingsSchema,
  openObjectStore,
  openS3ObjectStore,
  readBackSha256,
  type ObjectRetention,
  type ObjectStore,
  type ObjectStoreSettings,
  type StoreProbe,
} from '@minhbach/shared/object-store';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import { parse } from 'yaml';

const usage = `usage: npm run check-store -- --config FILE [--create]
Tries the archive named in a recorder's or monitor's configuration and says what it really does.
  --create   make the S3 bucket first, with object lock, when there is none (nothing is made without it)
Exit code: 0 fine, 1 something to mend (named), 2 not usable (says why).`;

const tooMuchSkewMs = 60_000;
const sampleBytes = 4 * 2 ** 20;
const wholeCheckMs = 300_000;

/** What the operator must be told in one sentence; exit code 2. */
class Unusable extends Error {}

/** Runs the check and answers its exit code. Nothing is left behind but, where locks are enforced, one tiny object. */
export async function checkStore(argv: readonly string[], write: (line: string) => void): Promise<0 | 1 | 2> {
  try {
    const { config, create } = readArguments(argv);
    const settings = await readArchiveSettings(config);
    write(describe(settings));
    return await tryArchive(settings, create, write);
  } catch (error) {
    if (error instanceof Unusable) write(error.message);
    else if (error instanceof ObjectStoreError) write(`not usable: ${sentence(error)}`);
    else throw error;
    return 2;
  }
}

async function tryArchive(
  settings: ObjectStoreSettings,
  create: boolean,
  write: (line: string) => void,
): Promise<0 | 1> {
  const signal = AbortSignal.timeout(wholeCheckMs);
  if (create) write(await createBucket(settings, signal));
  const store = await openObjectStore(settings);
  try {
    const probe = await store.probe({ signal });
    write(`  stores and gives back  ${await measure(store, signal)}`);
    write(`  object lock            ${describeLock(probe)}`);
    write(`  locks each object      ${describeRetention(objectRetention(settings.retention, probe))}`);
    write(`  create-only            ${probe.createOnly ? 'yes' : 'no'}`);
    write(`  keeps versions         ${probe.versioning ? 'yes' : 'no'}`);
    write(`  uploads in parts       ${probe.multipart ? 'yes' : 'no'}`);
    write(`  this key may delete    ${probe.mayRemove ? 'yes' : 'no'}`);
    write(`  clock                  ${describeSkew(probe.clockSkewMs)}`);
    for (const remark of probe.remarks) write(`  note: ${remark}`);
    const faults = faultsOf(probe, settings);
    for (const fault of faults) write(`to mend: ${fault}`);
    if (faults.length === 0) write('fine');
    return faults.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

function describeLock({ lock, lockFault }: StoreProbe): string {
  return lockFault === undefined ? lock : `${lock}: ${lockFault}`;
}

/** What a recorder with this configuration does. */
function describeRetention(retention: ObjectRetention | undefined): string {
  if (retention === undefined) return 'no';
  const { mode, days } = retention;
  return `${mode}, until ${days} days after its footage${mode === 'compliance' ? ': nobody can lift that' : ''}`;
}

function faultsOf(probe: StoreProbe, settings: ObjectStoreSettings): string[] {
  const refusal = archiveRefusal(probe, settings.retention);
  const faults = refusal === undefined ? [] : [refusal.message];
  if (Math.abs(probe.clockSkewMs ?? 0) > tooMuchSkewMs) {
    faults.push('the clocks of this machine and of the store disagree: set both by NTP');
  }
  return faults;
}

async function createBucket(settings: ObjectStoreSettings, signal: AbortSignal): Promise<string> {
  if (settings.type !== 's3') throw new Unusable('--create makes S3 buckets; a directory is made by itself');
  const store = await openS3ObjectStore(settings);
  try {
    const outcome = await store.createBucket({ lock: true, signal });
    return outcome === 'made'
      ? `  made the bucket ${settings.bucket} with object lock`
      : `  the bucket ${settings.bucket} exists already and was left as it is`;
  } finally {
    await store.close();
  }
}

/** Stores a sample the size of a quiet minute and reads it back in full. */
async function measure(store: ObjectStore, signal: AbortSignal): Promise<string> {
  const body = randomBytes(sampleBytes);
  const sha256 = sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
  const began = performance.now();
  const stored = await store.put(`probe/${Date.now()}-sample-${randomUUID()}`, body, {
    sha256,
    contentType: 'application/octet-stream',
    signal,
  });
  const put = performance.now();
  const seen = await readBackSha256(store, stored, { signal });
  const read = performance.now();
  if (seen.sha256 !== sha256)
    throw new Unusable('not usable: the store gave back other bytes than it was given');
  try {
    await store.remove(stored.key, { versionId: stored.versionId, signal });
  } catch (error) {
    // A key that may only add is a good key for a recorder; the probe's remarks say so.
    if (!(error instanceof ObjectStoreError && error.code === 'refused')) throw error;
  }
  return `yes (4 MB in ${Math.round(put - began)} ms, read back in ${Math.round(read - put)} ms)`;
}

function readArguments(argv: readonly string[]): { config: string; create: boolean } {
  try {
    const options = { config: { type: 'string' }, create: { type: 'boolean', default: false } } as const;
    const { values } = parseArgs({ args: [...argv], options });
    if (values.config !== undefined) return { config: values.config, create: values.create };
  } catch (error) {
    if (!(error instanceof TypeError || isArgumentError(error))) throw error;
    throw new Unusable(`${String((error as Error).message).split('.')[0]}\n${usage}`);
  }
  throw new Unusable(usage);
}

function isArgumentError(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');
}

async function readArchiveSettings(file: string): Promise<ObjectStoreSettings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Unusable(`${file} cannot be read (${String((error as { code?: unknown }).code)})`);
  }
  let whole: unknown;
  try {
    whole = parse(text);
  } catch {
    throw new Unusable(`${file} is neither YAML nor JSON`);
  }
  const archive =
    typeof whole === 'object' && whole !== null && 'archive' in whole ? whole.archive : undefined;
  if (archive === undefined) throw new Unusable(`${file} has no part 'archive'`);
  const parsed = objectStoreSettingsSchema.safeParse(archive);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${['archive', ...path].join('.')}: ${message}`,
    );
    throw new Unusable(`${file}: ${faults.join('; ')}`);
  }
  return withAbsolutePaths(parsed.data, dirname(resolve(file)));
}

function withAbsolutePaths(settings: ObjectStoreSettings, directory: string): ObjectStoreSettings {
  return settings.type === 'directory'
    ? { ...settings, path: resolve(directory, settings.path) }
    : { ...settings, secretKeyFile: resolve(directory, settings.secretKeyFile) };
}

function describe(settings: ObjectStoreSettings): string {
  if (settings.type === 'directory') return `archive: the directory ${settings.path}`;
  const style = settings.pathStyle ? 'path style' : 'virtual hosts';
  return `archive: the bucket ${settings.bucket} at ${settings.endpoint} (${settings.region}, ${style})`;
}

function describeSkew(skewMs: number | undefined): string {
  if (skewMs === undefined) return 'unknown: the store sends no date';
  if (Math.abs(skewMs) < 1_000) return 'within a second of ours';
  return `${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`;
}

function sentence(error: ObjectStoreError): string {
  return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await checkStore(process.argv.slice(2), (line) => console.log(line));
}
