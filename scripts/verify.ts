import { open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  fileSource,
  nodeCrypto,
  trustSchema,
  verdictExitCodes,
  verifyPackage,
  type Finding,
  type PackageReport,
  type Trust,
} from '@minhbach/shared/evidence';

const usage = `usage: npm run verify -- PACKAGE.zip [--trust KEYS.json] [--json]
Checks an evidence package from its bytes alone. A package cannot vouch for itself: without --trust, keys that you have
from elsewhere, nothing better than exit code 3 is said.
Exit code: 0 whole and trusted, 3 whole inside but its keys are not trusted, 1 altered or incomplete, 2 unusable.`;

/** What the person must be told in one sentence; exit code 2. */
class Unusable extends Error {}

async function run(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        trust: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new Unusable(`one package is wanted\n${usage}`);
    const trust = values.trust === undefined ? undefined : await readTrust(values.trust);
    await using handle = await open(file, 'r').catch((cause: unknown) => {
      throw new Unusable(`${file} cannot be opened (${String(cause)})`);
    });
    const report = await verifyPackage(await fileSource(handle), { crypto: nodeCrypto, trust });
    console.log(values.json === true ? JSON.stringify(report) : textOf(report));
    return verdictExitCodes[report.verdict];
  } catch (error) {
    if (error instanceof Unusable || (error instanceof TypeError && 'code' in error)) {
      console.error(`verify: ${error.message}`);
    } else console.error(error);
    return verdictExitCodes.unusable;
  }
}

async function readTrust(file: string): Promise<Trust> {
  try {
    return trustSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new Unusable(
      `${file} is no list of trusted keys: {"keys": [{"recorderId" or "monitorId" or "witness", "publicKey"}]}`,
    );
  }
}

function textOf({ verdict, findings, manifest, reason }: PackageReport): string {
  const words = {
    trusted: 'whole, and signed by keys you trust',
    untrusted: 'whole inside, but its keys are not known from elsewhere',
    altered: 'ALTERED OR INCOMPLETE',
    unusable: `unusable: ${reason ?? 'no package'}`,
  };
  const span = manifest && `${isoTime(manifest.fromUtcMs)} to ${isoTime(manifest.toUtcMs)}`;
  const what =
    manifest === undefined ? [] : [`package ${manifest.packageId}, ${manifest.counter.name}, ${span ?? ''}`];
  return [...what, ...findings.map(sentenceOf), words[verdict]].join('\n');
}

function sentenceOf({ code, path, sourceId, fromUtcMs, toUtcMs, detail }: Finding): string {
  const time =
    fromUtcMs === undefined || toUtcMs === undefined ? '' : ` ${isoTime(fromUtcMs)} to ${isoTime(toUtcMs)}`;
  return `${code}:${sourceId === undefined ? '' : ` source ${sourceId}`}${time} ${path ?? ''}: ${detail}`;
}

function isoTime(utcMs: number): string {
  return new Date(utcMs).toISOString();
}

process.exitCode = await run(process.argv.slice(2));
