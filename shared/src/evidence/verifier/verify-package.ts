import { z } from 'zod';
import { leavesPath, monitorSignerName, packageFiles, proofsPath, signatureText } from '../package-files.ts';
import {
  ledgerExtractSchema,
  manifestSchema,
  trustSchema,
  type FootageFile,
  type LedgerExtract,
  type Manifest,
  type Trust,
} from '../package-schema.ts';
import type { ByteSource } from './byte-source.ts';
import { bytesOfBase64, hexOf, textOf } from './bytes.ts';
import { isCanonicalText } from './canonical-text.ts';
import { checkCoverage, type CoveredSpan } from './check-coverage.ts';
import { checkExtract, type ProvenEntries } from './check-extract.ts';
import {
  FootageReader,
  sumFindings,
  type FootageChecks,
  type FootageOrder,
  type SummedFile,
} from './check-packed-footage.ts';
import { readContainer, UnusablePackage, type PackedFile } from './container.ts';
import type { VerifierCrypto } from './crypto-port.ts';
import { verdictOf, type Finding, type Verdict } from './finding.ts';
import { inOrder } from './in-order.ts';
import { readSignedText, signatureBy } from './signed-text.ts';
import type { ShownFootage, SourceTimeline, StatedGap } from './timeline.ts';
import { TrustedKeys } from './trusted-keys.ts';

export interface PackageReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** What the package says of itself; absent when it is unusable. */
  readonly manifest?: Manifest;
  /** What was shown of each source of the manifest; empty when the package is unusable. */
  readonly timelines: readonly SourceTimeline[];
  /** Why it is unusable. */
  readonly reason?: string;
}

export interface VerifyOptions {
  readonly crypto: VerifierCrypto;
  /** Keys known from elsewhere; without any, nothing is ever `trusted`. */
  readonly trust?: Trust | undefined;
  /** Where footage is checked, over the same bytes; by default in this thread. */
  readonly footage?: FootageChecks | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytesDone: number, bytesTotal: number) => void) | undefined;
}

/** More than any file but a clip has. */
const maxHeldBytes = 64 * 1024 * 1024;

/**
 * Checks a package from its bytes alone. Never rejects for what the package holds: that is in the report. Rejects when
 * the bytes cannot be read or `signal` aborts. Holds one file at a time, or as many as `footage` has threads.
 */
export async function verifyPackage(source: ByteSource, options: VerifyOptions): Promise<PackageReport> {
  try {
    return await new PackageCheck(source, options).run();
  } catch (error) {
    if (error instanceof UnusablePackage)
      return { verdict: 'unusable', findings: [], timelines: [], reason: error.message };
    throw error;
  }
}

class PackageCheck {
  readonly #source: ByteSource;
  readonly #options: VerifyOptions;
  readonly #keys: TrustedKeys;
  readonly #findings: Finding[] = [];
  /** What SHA256SUMS says of each file. */
  readonly #sums = new Map<string, string>();
  readonly #files = new Map<string, PackedFile>();

  constructor(source: ByteSource, options: VerifyOptions) {
    this.#source = source;
    this.#options = options;
    this.#keys = new TrustedKeys(options.trust && trustSchema.parse(options.trust), options.crypto);
  }

  async run(): Promise<PackageReport> {
    const { files, findings: ofContainer } = await readContainer(this.#source);
    this.#findings.push(...ofContainer);
    for (const file of files) this.#files.set(file.path, file);
    const sums = await this.#held(packageFiles.sums);
    this.#readSums(textOf(sums) ?? '');
    const manifest = await this.#json(packageFiles.manifest, manifestSchema);
    if (manifest === undefined) throw new UnusablePackage('the package has no manifest that can be read');
    await this.#checkSignature(manifest, sums);
    const ledgers = await this.#checkLedgers(manifest);
    const expected = new Set<string>([...Object.values(packageFiles), ...ledgers.keys()]);
    const timelines: SourceTimeline[] = [];
    if (manifest.toUtcMs <= manifest.fromUtcMs)
      this.#found('span-empty', packageFiles.manifest, 'the span asked for has no length');
    for (const source of manifest.sources) {
      for (const file of source.footage) expected.add(file.path).add(leavesPath(source.id, file));
      timelines.push(await this.#checkSource(manifest, source, ledgers));
    }
    await this.#checkOthers(expected);
    const findings = this.#findings.map((finding) => placed(finding, manifest, ledgers));
    return { verdict: verdictOf(findings), findings: findings, manifest, timelines };
  }

  async #checkSource(
    manifest: Manifest,
    source: Manifest['sources'][number],
    ledgers: ReadonlyMap<string, ProvenEntries>,
  ): Promise<SourceTimeline> {
    const { id: sourceId, kind, name, recorderId } = source;
    const ledgerOf = (generation: number): ProvenEntries | undefined =>
      ledgers.get(proofsPath({ recorderId, generation }));
    const gaps: StatedGap[] = [];
    const shown: ShownFootage[] = [];
    const covered: CoveredSpan[] = [];
    for (const { generation, entry: seq } of source.gaps) {
      const entry = ledgerOf(generation)?.get(seq);
      if (entry?.kind === 'gap' && entry.sourceId === sourceId) gaps.push(entry);
      else {
        const detail = `gap ${seq} of source ${sourceId} is not proven`;
        this.#findings.push({ code: 'entry-not-in-ledger', sourceId, detail });
      }
    }
    const checks = this.#options.footage ?? new FootageReader(this.#source, this.#options.crypto);
    const order = (file: FootageFile): FootageOrder => this.#order(sourceId, file, ledgerOf(file.generation));
    const orders = source.footage.map((file) => () => order(file));
    const verdicts = inOrder(orders, checks.atOnce, async (next) => {
      this.#options.signal?.throwIfAborted();
      const given = next();
      return { given, verdict: await checks.check(given) };
    });
    for await (const { given, verdict } of verdicts) {
      const { file, entry, footage: packed } = given;
      const { findings, span, mime } = verdict;
      this.#findings.push(...findings);
      this.#progressed(packed);
      if (span === undefined || packed === undefined || entry?.kind !== 'segment-sealed') continue;
      if (span.fromUtcMs < (covered.at(-1)?.fromUtcMs ?? 0)) {
        const detail = 'it stands after footage of a later time';
        this.#findings.push({ code: 'footage-reordered', path: file.path, sourceId, ...span, detail });
      }
      covered.push(span);
      const { contentOffset, sizeBytes } = packed;
      const { startUtcMs, firstTfdt, timescale, clockErrorMs } = entry;
      const place = { contentOffset, sizeBytes, startUtcMs, firstTfdt, timescale, clockErrorMs };
      if (mime !== undefined) shown.push({ path: file.path, ...span, ...place, mime });
    }
    const hidden = [...ledgers.entries()]
      .filter(([path]) => path.startsWith(`proofs/${recorderId}-`))
      .flatMap(([, entries]) => [...entries.values()])
      .flatMap((entry) => (entry.kind === 'gap' && entry.sourceId === sourceId ? [entry] : []));
    this.#findings.push(...checkCoverage(sourceId, manifest, [...covered, ...gaps], hidden));
    return { sourceId, kind, name, recorderId, footage: shown, gaps };
  }

  #readSums(text: string): void {
    const named = [...this.#files.keys()].slice(0, -2);
    const lines = text.split('\n');
    const last = [...this.#files.keys()].slice(-2);
    if (last[0] !== packageFiles.sums || last[1] !== packageFiles.signature || lines.pop() !== '') {
      this.#found(
        'sums-altered',
        packageFiles.sums,
        'SHA256SUMS and SIGNATURE are not the last files, or not whole',
      );
    }
    for (const [index, line] of lines.entries()) {
      const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      if (sum === undefined || path === undefined || path !== named[index]) {
        this.#found(
          'sums-altered',
          packageFiles.sums,
          `line ${index + 1} is not the one for ${named[index] ?? 'no file'}`,
        );
        return;
      }
      this.#sums.set(path, sum);
    }
    for (const path of named.slice(lines.length))
      this.#found('file-unknown', path, 'SHA256SUMS does not name it');
  }

  async #checkSignature(manifest: Manifest, sums: Uint8Array): Promise<void> {
    const { crypto } = this.#options;
    const path = packageFiles.signature;
    const bytes = await this.#held(path);
    const signed = readSignedText(textOf(bytes) ?? '');
    const expected = signatureText(manifest.packageId, hexOf(await crypto.sha256(sums)));
    if (signed?.text !== expected || signed.lines.length !== 1) {
      this.#found('package-signature', path, 'what was signed is another list of files');
      return;
    }
    const trusted = await this.#keys.monitor(manifest.monitorId, manifest.monitorPublicKey);
    const publicKey = trusted ?? bytesOfBase64(manifest.monitorPublicKey) ?? new Uint8Array(0);
    const answer = await signatureBy(crypto, signed, {
      name: monitorSignerName(manifest.monitorId),
      kind: 1,
      publicKey,
    });
    if (answer !== 'good') this.#found('package-signature', path, `the monitor's signature is ${answer}`);
    if (trusted === undefined) {
      this.#found(
        'package-untrusted',
        path,
        `the key of monitor ${manifest.monitorId} is not known from elsewhere`,
      );
    }
  }

  async #checkLedgers(manifest: Manifest): Promise<Map<string, ProvenEntries>> {
    const wanted = new Set(
      manifest.sources.flatMap(({ recorderId, footage, gaps }) =>
        [...footage, ...gaps].map(({ generation }) => proofsPath({ recorderId, generation })),
      ),
    );
    const ledgers = new Map<string, ProvenEntries>();
    for (const path of wanted) {
      const extract = await this.#json<LedgerExtract>(path, ledgerExtractSchema);
      ledgers.set(path, new Map());
      if (extract === undefined) continue;
      if (proofsPath(extract) !== path) {
        this.#found('unreadable', path, 'it is the extract of another ledger');
        continue;
      }
      const { entries, findings } = await checkExtract(extract, path, this.#keys, this.#options.crypto);
      this.#findings.push(...findings);
      ledgers.set(path, entries);
    }
    return ledgers;
  }

  /** Files nothing above has looked into: their sums; and files that have no business here. */
  async #checkOthers(expected: ReadonlySet<string>): Promise<void> {
    for (const path of this.#files.keys()) {
      const isClip = path.startsWith('clip/');
      if (!isClip && !expected.has(path)) this.#found('file-unknown', path, 'the manifest does not name it');
      if (isClip || path === packageFiles.readMe || path === packageFiles.custody) await this.#streamed(path);
    }
  }

  /** A JSON file in its one canonical text. */
  async #json<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
    const bytes = await this.#checked(path);
    const text = bytes && textOf(bytes);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      const parsed = schema.parse(value);
      if (isCanonicalText(text, value)) return parsed;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof z.ZodError))
        throw error;
    }
    this.#found('unreadable', path, 'it is not what its place in the package says');
    return undefined;
  }

  /** A file's bytes, after a look at its sums; `undefined` when it is missing, which is a finding. */
  async #checked(path: string): Promise<Uint8Array | undefined> {
    const file = this.#files.get(path);
    if (file === undefined) {
      this.#found('file-missing', path, 'the manifest names it');
      return undefined;
    }
    const bytes = await this.#held(path);
    this.#findings.push(...(await sumFindings(this.#options.crypto, this.#summed(file), bytes)));
    return bytes;
  }

  async #held(path: string): Promise<Uint8Array> {
    const file = this.#files.get(path);
    if (file === undefined) throw new UnusablePackage(`the package has no ${path}`);
    this.#requireHeldSize(file);
    this.#progressed(file);
    const bytes = await this.#source.read(file.contentOffset, file.sizeBytes);
    const isLast = path === packageFiles.sums || path === packageFiles.signature;
    if (isLast && this.#options.crypto.crc32(bytes) !== file.crc32)
      this.#found('container', path, 'its CRC-32 is another');
    return bytes;
  }

  /** Throws `UnusablePackage` for files that could never be held. */
  #order(sourceId: string, file: FootageFile, proven: ProvenEntries | undefined): FootageOrder {
    const paths = { footage: file.path, leaves: leavesPath(sourceId, file) };
    const [footage, leaves] = [this.#files.get(paths.footage), this.#files.get(paths.leaves)];
    for (const packed of [footage, leaves]) if (packed !== undefined) this.#requireHeldSize(packed);
    return {
      ...{ sourceId, file, paths, entry: proven?.get(file.entry) },
      footage: footage && this.#summed(footage),
      leaves: leaves && this.#summed(leaves),
    };
  }

  #summed(file: PackedFile): SummedFile {
    return { ...file, sum: this.#sums.get(file.path) };
  }

  #requireHeldSize({ path, sizeBytes }: PackedFile): void {
    if (sizeBytes > maxHeldBytes) throw new UnusablePackage(`${path} is larger than such a file can be`);
  }

  #progressed(file: PackedFile | undefined): void {
    if (file === undefined) return;
    this.#options.onProgress?.(file.contentOffset + file.sizeBytes, this.#source.sizeBytes);
  }

  async #streamed(path: string): Promise<void> {
    const file = this.#files.get(path);
    if (file === undefined) return this.#found('file-missing', path, 'every package has it');
    const { crypto, signal } = this.#options;
    const sha256 = crypto.startSha256();
    let sum = 0;
    for (let at = 0; at < file.sizeBytes; at += 1024 * 1024) {
      signal?.throwIfAborted();
      const bytes = await this.#source.read(
        file.contentOffset + at,
        Math.min(1024 * 1024, file.sizeBytes - at),
      );
      sha256.update(bytes);
      sum = crypto.crc32(bytes, sum);
    }
    if (sum !== file.crc32) this.#found('container', path, 'its CRC-32 is another');
    if (hexOf(await sha256.digest()) !== this.#sums.get(path)) {
      this.#found('file-altered', path, 'its SHA-256 is not the one in SHA256SUMS');
    }
  }

  #found(code: Finding['code'], path: string | undefined, detail: string): void {
    this.#findings.push({ code, path, detail });
  }
}

/** Says of a finding about a footage file or its leaf file which source and which time it is about. */
function placed(finding: Finding, manifest: Manifest, ledgers: ReadonlyMap<string, ProvenEntries>): Finding {
  if (finding.sourceId !== undefined || finding.path === undefined) return finding;
  for (const { id, recorderId, footage } of manifest.sources) {
    const file =
      footage.find(({ path }) => path === finding.path) ??
      footage.find((one) => leavesPath(id, one) === finding.path);
    if (file === undefined) continue;
    const entry = ledgers.get(proofsPath({ recorderId, generation: file.generation }))?.get(file.entry);
    if (entry?.kind !== 'segment-sealed' || entry.sourceId !== id) return { ...finding, sourceId: id };
    return { ...finding, sourceId: id, fromUtcMs: entry.startUtcMs, toUtcMs: entry.endUtcMs };
  }
  return finding;
}
