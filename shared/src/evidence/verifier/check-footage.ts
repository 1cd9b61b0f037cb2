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
  const read = fragmentReader(bytes.subarray(0, entry.initBytes));
  const fragments: (Fragment | undefined)[] = [];
  for (const [index, end] of ends.entries()) {
    const piece = bytes.subarray(index === 0 ? entry.initBytes : ends[index - 1], end);
    const good = isSame(await merkle.leaf(piece), expected(1 + file.firstFragment + index));
    fragments.push(good ? read(piece) : undefined);
  }
  const utcMs = (ticks: number): number =>
    entry.startUtcMs + ((ticks - entry.firstTfdt) * 1_000) / entry.timescale;
  for (const [index, fragment] of fragments.entries()) {
    const before = fragments.slice(0, index).findLast((other) => other !== undefined);
    if (fragment === undefined) {
      const after = fragments.slice(index + 1).find((other) => other !== undefined);
      found('footage-altered', `fragment ${file.firstFragment + index} is not the sealed one`, {
        fromUtcMs:
          before === undefined ? entry.startUtcMs : Math.floor(utcMs(before.tfdt + before.durationTicks)),
        toUtcMs: after === undefined ? entry.endUtcMs : Math.ceil(utcMs(after.tfdt)),
      });
    } else if (before !== undefined && fragment.tfdt <= before.tfdt) {
      found('footage-reordered', `fragment ${file.firstFragment + index} goes back in time`);
    }
  }
  const [first, last] = [fragments.find(isFragment), fragments.findLast(isFragment)];
  if (first === undefined || last === undefined) return { findings };
  const isLast = file.firstFragment + file.fragments === entry.fragments;
  return {
    findings,
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

const isFragment = (fragment: Fragment | undefined): fragment is Fragment => fragment !== undefined;

/** Reads fragments whose bytes were found good; what even so cannot be read counts as not there. */
function fragmentReader(initBytes: Uint8Array): (piece: Uint8Array) => Fragment | undefined {
  const orNothing = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (error instanceof MediaError) return undefined;
      throw error;
    }
  };
  const init = orNothing(() => readInitSegment(initBytes));
  return (piece) => init && orNothing(() => readFragment(piece, init));
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
