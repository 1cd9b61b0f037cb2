import type { FootageFile } from '../package-schema.ts';
import type { ByteSource } from './byte-source.ts';
import { hexOf } from './bytes.ts';
import { checkFootage, type FootageVerdict } from './check-footage.ts';
import type { PackedFile } from './container.ts';
import type { VerifierCrypto } from './crypto-port.ts';
import type { EntryFacts } from './entry-facts.ts';
import type { Finding } from './finding.ts';

/** A file of the package, and what SHA256SUMS says of it. */
export interface SummedFile extends PackedFile {
  readonly sum: string | undefined;
}

/** One footage file of the manifest with all that it is held against; plain data, so that another thread may have it. */
export interface FootageOrder {
  readonly sourceId: string;
  readonly file: FootageFile;
  /** Whatever is proven to stand at the place that the manifest names. */
  readonly entry: EntryFacts | undefined;
  readonly footage: SummedFile | undefined;
  readonly leaves: SummedFile | undefined;
  readonly paths: { readonly footage: string; readonly leaves: string };
}

/** Where footage files are checked: in this thread, or in some beside it. */
export interface FootageChecks {
  /** Orders worth giving before the first of them is answered. */
  readonly atOnce: number;
  /** Rejects when the bytes cannot be read. */
  check(order: FootageOrder): Promise<FootageVerdict>;
}

/** Checks one footage file after the other; holds one at a time. */
export class FootageReader implements FootageChecks {
  readonly atOnce = 1;
  readonly #source: ByteSource;
  readonly #crypto: VerifierCrypto;
  /** Used again and again: fresh memory costs more time than hashing what is put there. */
  #memory = new Uint8Array(0);

  constructor(source: ByteSource, crypto: VerifierCrypto) {
    this.#source = source;
    this.#crypto = crypto;
  }

  async check({ sourceId, file, entry, footage, leaves, paths }: FootageOrder): Promise<FootageVerdict> {
    const findings: Finding[] = [];
    const bytes = await this.#summed(footage, paths.footage, findings);
    const hashes = await this.#summed(leaves, paths.leaves, findings);
    if (bytes === undefined || hashes === undefined) return { findings };
    if (entry?.kind !== 'segment-sealed') {
      const detail = `entry ${file.entry} is not proven to seal it`;
      return { findings: [...findings, { code: 'entry-not-in-ledger', path: file.path, detail }] };
    }
    const crypto = this.#crypto;
    const verdict = await checkFootage({ sourceId, file, entry, bytes, leaves: hashes, crypto });
    return { ...verdict, findings: [...findings, ...verdict.findings] };
  }

  async #summed(
    file: SummedFile | undefined,
    path: string,
    findings: Finding[],
  ): Promise<Uint8Array | undefined> {
    if (file === undefined) {
      findings.push({ code: 'file-missing', path, detail: 'the manifest names it' });
      return undefined;
    }
    const bytes = path.startsWith('leaves/')
      ? await this.#source.read(file.contentOffset, file.sizeBytes)
      : await this.#read(file);
    findings.push(...(await sumFindings(this.#crypto, file, bytes)));
    return bytes;
  }

  async #read({ contentOffset, sizeBytes }: SummedFile): Promise<Uint8Array> {
    const { readInto } = this.#source;
    if (readInto === undefined) return this.#source.read(contentOffset, sizeBytes);
    if (this.#memory.length < sizeBytes) this.#memory = new Uint8Array(sizeBytes);
    const bytes = this.#memory.subarray(0, sizeBytes);
    await readInto(contentOffset, bytes);
    return bytes;
  }
}

/** What is wrong with a file's bytes by the directory's CRC-32 and by SHA256SUMS. */
export async function sumFindings(
  crypto: VerifierCrypto,
  { path, crc32, sum }: SummedFile,
  bytes: Uint8Array,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (crypto.crc32(bytes) !== crc32)
    findings.push({ code: 'container', path, detail: 'its CRC-32 is another' });
  if (hexOf(await crypto.sha256(bytes)) !== sum) {
    findings.push({ code: 'file-altered', path, detail: 'its SHA-256 is not the one in SHA256SUMS' });
  }
  return findings;
}
