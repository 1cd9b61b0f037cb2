import { MediaError, readFragment, readInitSegment, type Fragment } from '../../media/index.ts';
import { footagePath } from '../package-files.ts';
import type { FootageFile } from '../package-schema.ts';
import { hexOf, isSame } from './bytes.ts';
import type { CoveredSpan } from './check-coverage.ts';
import type { VerifierCrypto } from './crypto-port.ts';
import type { SealedFacts } from './entry-facts.ts';
import type { Finding } from './finding.ts';
import { MerkleCheck } from './merkle.ts';

/** What a footage file shows of a source's time, and what is wrong with it. */
export interface FootageVerdict {
  readonly findings: readonly Finding[];
  readonly span?: CoveredSpan;
  /** Of the init segment, with the codec; absent when that cannot be read. */
  readonly mime?: string | undefined;
}

/** Holds one footage file, and its leaf file, against the ledger entry it belongs to. */
export async function checkFootage(of: {
  readonly sourceId: string;
  readonly file: FootageFile;
  readonly entry: SealedFacts;
  readonly bytes: Uint8Array;
  readonly leaves: Uint8Array;
  readonly crypto: VerifierCrypto;
}): Promise<FootageVerdict> {
  const { sourceId, file, entry, bytes, leaves, crypto } = of;
  const findings: Finding[] = [];
  const about = { path: file.path, sourceId, fromUtcMs: entry.startUtcMs, toUtcMs: entry.endUtcMs };
  const found = (code: Finding['code'], detail: string, span: Partial<typeof about> = {}): void =>
    void findings.push({ code, ...about, ...span, detail });
  if (entry.sourceId !== sourceId)
    found('footage-of-another-source', `the ledger has it from source ${entry.sourceId}`);
  if (entry.segmentId !== file.segmentId) found('footage-altered', 'the ledger has another segment there');
  if (file.path !== footagePath(sourceId, entry.startUtcMs, file)) {
    found('footage-re-dated', `the ledger has it begin at ${entry.startUtcMs}`);
  }
  const merkle = new MerkleCheck(crypto);
  const hashes = Array.from({ length: leaves.length / 32 }, (_, index) =>
    leaves.subarray(32 * index, 32 * index + 32),
  );
  if (
    leaves.length !== 32 * (1 + entry.fragments) ||
    hexOf(await merkle.root(hashes)) !== entry.fragmentsRoot
  ) {
    found('footage-altered', 'its leaf file is not the one the ledger has the root of');
    return { findings };
  }
  const ends = pieceEnds(bytes, entry.initBytes);
  if (ends?.length !== file.fragments || file.firstFragment + file.fragments > entry.fragments) {
    found('footage-altered', 'it does not hold the pieces that the manifest names');
    return { findings };
  }
  const expected = (index: number): Uint8Array => hashes[index] ?? new Uint8Array(0);
  if (!isSame(await merkle.leaf(bytes.subarray(0, entry.initBytes)), expected(0))) {
    found('footage-altered', 'its init segment is not the sealed one');
  }
  const { read, mime } = fragmentReader(bytes.subarray(0, entry.initBytes));
  const fragments: (Fragment | undefined)[] = [];
  const moved = new Set<number>();
  let sealed: ReadonlySet<string> | undefined;
  for (const [index, end] of ends.entries()) {
    const piece = bytes.subarray(index === 0 ? entry.initBytes : ends[index - 1], end);
    const leaf = await merkle.leaf(piece);
    const good = isSame(leaf, expected(1 + file.firstFragment + index));
    if (!good) {
      sealed ??= new Set(hashes.map(hexOf));
      if (sealed.has(hexOf(leaf))) moved.add(index);
    }
    fragments.push(good ? read(piece) : undefined);
  }
  const utcMs = (ticks: number): number =>
    entry.startUtcMs + ((ticks - entry.firstTfdt) * 1_000) / entry.timescale;
  const next = followers(fragments);
  let before: Fragment | undefined;
  for (const [index, fragment] of fragments.entries()) {
    if (fragment === undefined) {
      const after = next[index];
      const isMoved = moved.has(index);
      const is = isMoved ? 'another one of the segment' : 'not the sealed one';
      found(
        isMoved ? 'footage-reordered' : 'footage-altered',
        `fragment ${file.firstFragment + index} is ${is}`,
        {
          fromUtcMs:
            before === undefined ? entry.startUtcMs : Math.floor(utcMs(before.tfdt + before.durationTicks)),
          toUtcMs: after === undefined ? entry.endUtcMs : Math.ceil(utcMs(after.tfdt)),
        },
      );
    } else if (before !== undefined && fragment.tfdt <= before.tfdt) {
      found('footage-reordered', `fragment ${file.firstFragment + index} goes back in time`);
    }
    before = fragment ?? before;
  }
  const [first, last] = [fragments.find(isFragment), fragments.findLast(isFragment)];
  if (first === undefined || last === undefined) return { findings };
  const isLast = file.firstFragment + file.fragments === entry.fragments;
  return {
    findings,
    mime,
    span: {
      fromUtcMs: file.firstFragment === 0 ? entry.startUtcMs : Math.floor(utcMs(first.tfdt)),
      toUtcMs: isLast ? entry.endUtcMs : Math.ceil(utcMs(last.tfdt + last.durationTicks)),
      joins: {
        before: file.firstFragment === 0 ? entry.captureId : undefined,
        after: isLast ? entry.captureId : undefined,
      },
    },
  };
}

/** For each place, the first fragment after it that is there. */
function followers(fragments: readonly (Fragment | undefined)[]): readonly (Fragment | undefined)[] {
  const next: (Fragment | undefined)[] = [];
  let after: Fragment | undefined;
  for (let index = fragments.length - 1; index >= 0; index -= 1) {
    next[index] = after;
    after = fragments[index] ?? after;
  }
  return next;
}

const isFragment = (fragment: Fragment | undefined): fragment is Fragment => fragment !== undefined;

/** Reads fragments whose bytes were found good; what even so cannot be read counts as not there. */
function fragmentReader(initBytes: Uint8Array): {
  readonly read: (piece: Uint8Array) => Fragment | undefined;
  readonly mime: string | undefined;
} {
  const orNothing = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (error instanceof MediaError) return undefined;
      throw error;
    }
  };
  const init = orNothing(() => readInitSegment(initBytes));
  return { mime: init?.mime, read: (piece) => init && orNothing(() => readFragment(piece, init)) };
}

/** Where each fragment ends: at the end of an `mdat` box. `undefined` when the bytes do not come out even. */
function pieceEnds(bytes: Uint8Array, initBytes: number): number[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends: number[] = [];
  let at = initBytes;
  for (let isOpen = false; at < bytes.length || isOpen;) {
    if (at + 8 > bytes.length) return undefined;
    const size = view.getUint32(at);
    const isMdat = view.getUint32(at + 4) === 0x6d646174;
    if (size < 8 || at + size > bytes.length) return undefined;
    at += size;
    isOpen = !isMdat;
    if (isMdat) ends.push(at);
  }
  return ends;
}
