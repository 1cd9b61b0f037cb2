import { z } from 'zod';
import { leavesPath, monitorSignerName, packageFiles, proofsPath, signatureText } from '../package-files.ts';
import {
  ledgerExtractSchema,
  manifestSchema,
  trustSchema,
  type LedgerExtract,
  type Manifest,
  type Trust,
} from '../package-schema.ts';
import type { ByteSource } from './byte-source.ts';
import { bytesOfBase64, hexOf, textOf } from './bytes.ts';
import { isCanonicalText } from './canonical-text.ts';
import { checkCoverage, type CoveredSpan } from './check-coverage.ts';
import { checkExtract, type ProvenEntries } from './check-extract.ts';
import { checkFootage } from './check-footage.ts';
import { readContainer, UnusablePackage, type PackedFile } from './container.ts';
import type { VerifierCrypto } from './crypto-port.ts';
import { verdictOf, type Finding, type Verdict } from './finding.ts';
import { readSignedText, signatureBy } from './signed-text.ts';
import { TrustedKeys } from './trusted-keys.ts';

export interface PackageReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** What the package says of itself; absent when it is unusable. */
  readonly manifest?: Manifest;
  /** Why it is unusable. */
  readonly reason?: string;
}

export interface VerifyOptions {
  readonly crypto: VerifierCrypto;
  /** Keys known from elsewhere; without any, nothing is ever `trusted`. */
  readonly trust?: Trust | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytesDone: number, bytesTotal: number) => void) | undefined;
}

/** More than any file but a clip has. */
const maxHeldBytes = 64 * 1024 * 1024;

/**
 * Checks a package from its bytes alone. Never rejects for what the package holds: that is in the report. Rejects when
 * the bytes cannot be read or `signal` aborts. Holds one file at a time.
 */
export async function verifyPackage(source: ByteSource, options: VerifyOptions): Promise<PackageReport> {
  try {
    return await new PackageCheck(source, options).run();
  } catch (error) {
    if (error instanceof UnusablePackage) return { verdict: 'unusable', findings: [], reason: error.message };
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
    this.#keys = new TrustedKeys(options.trust && trustSchema.parse(options.trust));
  }

  async run(): Promise<PackageReport> {
    const { files, findings } = await readContainer(this.#source);
    this.#findings.push(...findings);
    for (const file of files) this.#files.set(file.path, file);
    const sums = await this.#held(packageFiles.sums);
    this.#readSums(textOf(sums) ?? '');
    const manifest = await this.#json(packageFiles.manifest, manifestSchema);
    if (manifest === undefined) throw new UnusablePackage('the package has no manifest that can be read');
    await this.#checkSignature(manifest, sums);
    const ledgers = await this.#checkLedgers(manifest);
    const expected = new Set<string>([...Object.values(packageFiles), ...ledgers.keys()]);
    for (const source of manifest.sources) {
      const covered: CoveredSpan[] = [];
      for (const gap of source.gaps) {
        const entry = ledgers
          .get(proofsPath({ ...source, generation: gap.generation, recorderId: source.recorderId }))
          ?.get(gap.entry);
        if (entry?.kind === 'gap' && entry.sourceId === source.id) covered.push(entry);
        else
          this.#found(
            'entry-not-in-ledger',
            undefined,
            `gap ${gap.entry} of source ${source.id} is not proven`,
          );
      }
      for (const file of source.footage) {
        this.#options.signal?.throwIfAborted();
        expected.add(file.path).add(leavesPath(source.id, file));
        const proofs = proofsPath({ recorderId: source.recorderId, generation: file.generation });
        const entry = ledgers.get(proofs)?.get(file.entry);
        const [bytes, leaves] = [
          await this.#checked(file.path),
          await this.#checked(leavesPath(source.id, file)),
        ];
        if (bytes === undefined || leaves === undefined) continue;
        if (entry?.kind !== 'segment-sealed') {
          this.#found('entry-not-in-ledger', file.path, `entry ${file.entry} is not proven to seal it`);
          continue;
        }
        const { crypto } = this.#options;
        const checked = await checkFootage({ sourceId: source.id, file, entry, bytes, leaves, crypto });
        this.#findings.push(...checked.findings);
        if (checked.span !== undefined) covered.push(checked.span);
      }
      this.#findings.push(...checkCoverage(source.id, manifest, covered));
    }
    await this.#checkOthers(expected);
    return { verdict: verdictOf(this.#findings), findings: this.#findings, manifest };
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
    const trusted = this.#keys.monitor(manifest.monitorId);
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
    const { crypto } = this.#options;
    if (crypto.crc32(bytes) !== file.crc32) this.#found('container', path, 'its CRC-32 is another');
    if (hexOf(await crypto.sha256(bytes)) !== this.#sums.get(path)) {
      this.#found('file-altered', path, 'its SHA-256 is not the one in SHA256SUMS');
    }
    return bytes;
  }

  async #held(path: string): Promise<Uint8Array> {
    const file = this.#files.get(path);
    if (file === undefined) throw new UnusablePackage(`the package has no ${path}`);
    if (file.sizeBytes > maxHeldBytes) throw new UnusablePackage(`${path} is larger than such a file can be`);
    this.#options.onProgress?.(file.contentOffset + file.sizeBytes, this.#source.sizeBytes);
    const bytes = await this.#source.read(file.contentOffset, file.sizeBytes);
    const isLast = path === packageFiles.sums || path === packageFiles.signature;
    if (isLast && this.#options.crypto.crc32(bytes) !== file.crc32)
      this.#found('container', path, 'its CRC-32 is another');
    return bytes;
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
