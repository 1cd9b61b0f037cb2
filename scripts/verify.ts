import { open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ObjectStoreError } from '@minhbach/shared/object-store';
import {
  fileSource,
  FootageThreads,
  nodeCrypto,
  trustSchema,
  verdictExitCodes,
  verifyPackage,
  type Finding,
  type PackageReport,
  type Trust,
} from '@minhbach/shared/evidence';
import {
  checkArchive,
  checkExtends,
  openedArchive,
  UnusableArchive,
  type ArchiveFinding,
  type ArchiveSummary,
  type ExtendsAnswer,
} from './verify-archive/index.ts';

const usage = `usage: npm run verify -- PACKAGE.zip [--trust KEYS.json] [--json]
       npm run verify -- --archive CONFIG|DIR [--trust KEYS.json] [--json]
       npm run verify -- --ledger CONFIG|DIR --checkpoint FILE [--trust KEYS.json] [--json]
Checks an evidence package from its bytes alone. A package cannot vouch for itself: without --trust, keys that you have
from elsewhere, nothing better than exit code 3 is said.
  --archive     reads all ledgers in an archive, then fetches and hashes every object they state
  --ledger      whether the ledger in an archive still begins with what a checkpoint saved elsewhere was over
Exit code: 0 whole and trusted, 3 whole inside but its keys are not trusted, 1 altered or incomplete, 2 unusable.`;

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => stopping.abort(new Error(signal)));

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
        archive: { type: 'string' },
        ledger: { type: 'string' },
        checkpoint: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    const { archive, ledger, checkpoint } = values;
    if (archive !== undefined || ledger !== undefined || checkpoint !== undefined) {
      if (positionals.length > 0 || (archive === undefined) === (ledger === undefined))
        throw new Unusable(`one of PACKAGE.zip, --archive and --ledger is wanted\n${usage}`);
      const known = values.trust === undefined ? { keys: [] } : await readTrust(values.trust);
      const json = values.json === true;
      if (archive !== undefined) return await verifyArchive(archive, known, json);
      if (ledger === undefined || checkpoint === undefined)
        throw new Unusable(`--ledger and --checkpoint go together\n${usage}`);
      return await verifyLedger(ledger, checkpoint, known, json);
    }
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new Unusable(`one package is wanted\n${usage}`);
    const trust = values.trust === undefined ? undefined : await readTrust(values.trust);
    await using handle = await open(file, 'r').catch((cause: unknown) => {
      throw new Unusable(`${file} cannot be opened (${String(cause)})`);
    });
    const source = await fileSource(handle);
    await using footage = new FootageThreads(source, handle);
    const report = await verifyPackage(source, { crypto: nodeCrypto, trust, footage });
    console.log(values.json === true ? JSON.stringify(report) : textOf(report));
    return verdictExitCodes[report.verdict];
  } catch (error) {
    if (
      error instanceof Unusable ||
      error instanceof UnusableArchive ||
      error instanceof ObjectStoreError ||
      (error instanceof TypeError && 'code' in error)
    ) {
      console.error(`verify: ${error.message}`);
    } else console.error(error);
    return verdictExitCodes.unusable;
  }
}

async function verifyArchive(given: string, trust: Trust, json: boolean): Promise<number> {
  const store = await openedArchive(given);
  let found = 0;
  try {
    const sum = await checkArchive({
      ...{ store, trust, signal: stopping.signal },
      say(finding) {
        found += 1;
        console.log(json ? JSON.stringify(finding) : archiveSentence(finding));
      },
      onProgress: (objects) => {
        if (objects % 1_000 === 0) console.error(`${objects} objects`);
      },
    });
    console.log(json ? JSON.stringify({ ...sum, findings: found }) : sumOf(sum, found));
    if (sum.ledgers === 0) throw new Unusable(`there is no ledger in the archive of ${given}`);
    if (found > 0) return verdictExitCodes.altered;
    return sum.untrusted > 0 ? verdictExitCodes.untrusted : verdictExitCodes.trusted;
  } finally {
    await store.close();
  }
}

async function verifyLedger(given: string, file: string, trust: Trust, json: boolean): Promise<number> {
  const note = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Unusable(`${file} cannot be read (${String(cause)})`);
  });
  const store = await openedArchive(given);
  try {
    const answer = await checkExtends(store, note, trust, stopping.signal);
    console.log(json ? JSON.stringify(answer) : extendsSentence(answer));
    switch (answer.verdict) {
      case 'extends':
        return verdictExitCodes.trusted;
      case 'untrusted':
        return verdictExitCodes.untrusted;
      case 'differs':
        return verdictExitCodes.altered;
      case 'unusable':
        return verdictExitCodes.unusable;
      default:
        return answer satisfies never;
    }
  } finally {
    await store.close();
  }
}

function archiveSentence({
  code,
  ledger,
  sourceId,
  fromUtcMs,
  toUtcMs,
  where,
  detail,
}: ArchiveFinding): string {
  const source = sourceId === undefined ? '' : ` source ${sourceId}`;
  const time =
    fromUtcMs === undefined || toUtcMs === undefined ? '' : ` ${isoTime(fromUtcMs)} to ${isoTime(toUtcMs)}`;
  return `${code}: ${ledger}${source}${time} ${where}: ${detail}`;
}

function sumOf(sum: ArchiveSummary, found: number): string {
  const trusted =
    sum.untrusted === 0 ? 'all signed by keys you trust' : `${sum.untrusted} not signed by keys you trust`;
  return [
    `${sum.ledgers} ledgers (${trusted})`,
    `${sum.entries} entries`,
    `${sum.objects} objects, ${sum.bytes} bytes`,
    `${sum.pending} not yet proven or stated`,
    `${sum.expired} expired`,
    found === 0 ? 'all agrees' : `${found} disagreements`,
  ].join(', ');
}

function extendsSentence(answer: ExtendsAnswer): string {
  switch (answer.verdict) {
    case 'extends':
    case 'untrusted': {
      const by = answer.verdict === 'extends' ? 'a key you trust' : 'no key you trust';
      return `${answer.origin}: begins with the ${answer.size} entries of the checkpoint, ${answer.entries} are there; signed by ${by}`;
    }
    case 'differs':
      return `${answer.origin}: DOES NOT extend the checkpoint: ${answer.detail}`;
    case 'unusable':
      return `verify: ${answer.detail}`;
    default:
      return answer satisfies never;
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
