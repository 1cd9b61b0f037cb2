import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AlteredSegmentError,
  memorySource,
  nodeCrypto,
  verifyPackage,
  writePackage,
  writePackageFile,
  type PackagePlan,
  type PackedSegment,
} from '@minhbach/shared/evidence';
import { sha256HexSchema } from '@minhbach/shared/units-of-measure';
import { packed, sampleEvidence } from '../support/sample-evidence.ts';

const signal = new AbortController().signal;
const { plan, trust } = sampleEvidence();

/** The plan with its segments changed; `nth` counts them over all sources. */
function withSegments(change: (segment: PackedSegment, nth: number) => PackedSegment): PackagePlan {
  let nth = 0;
  return {
    ...plan,
    sources: plan.sources.map((source) => ({
      ...source,
      segments: source.segments.map((segment) => change(segment, nth++)),
    })),
  };
}

function withBytes(segment: PackedSegment, change: (bytes: Buffer) => Uint8Array): PackedSegment {
  return {
    ...segment,
    async *read(within, into) {
      const parts: Uint8Array[] = [];
      for await (const part of segment.read(within, into)) parts.push(Uint8Array.from(part));
      yield change(Buffer.concat(parts));
    },
  };
}

describe('writing a package', () => {
  it('reads a segment once, and twice only where the span begins or ends in it', async () => {
    const reads: number[] = [];
    await packed(
      withSegments((segment, nth) => ({
        ...segment,
        read(within, into) {
          reads[nth] = (reads[nth] ?? 0) + 1;
          return segment.read(within, into);
        },
      })),
    );
    // From 1.5 s to 10.5 s, cut at 4 s and 8 s; the middle of the sound is a gap.
    expect(reads).toEqual([2, 1, 2, 2, 2]);
  });

  it('gives the same bytes whether pieces lie in the memory given or elsewhere', async () => {
    const inPlace = withSegments((segment) => ({
      ...segment,
      async *read(within, into) {
        let at = 0;
        for await (const part of segment.read(within, into)) {
          into.set(part, at);
          yield into.subarray(at, at + part.length);
          at += part.length;
        }
      },
    }));
    expect(Buffer.from(await packed(inPlace)).equals(await packed(plan))).toBe(true);
  });

  it.each([
    ['a bit turned', (bytes: Buffer) => bytes.map((byte, at) => (at === 5_000 ? byte ^ 1 : byte))],
    ['its end missing', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['a byte more', (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)])],
    ['nothing in it', () => Buffer.alloc(0)],
  ])('rejects for a segment with %s, wherever the span has it', async (_name, change) => {
    for (const place of [0, 1, 2]) {
      const altered = withSegments((segment, nth) => (nth === place ? withBytes(segment, change) : segment));
      await expect(packed(altered)).rejects.toThrow(AlteredSegmentError);
    }
  });

  it('rejects for an entry that counts pieces that are not there', async () => {
    const lying = withSegments((segment, nth) =>
      nth === 1
        ? { ...segment, entry: { ...segment.entry, fragments: segment.entry.fragments + 1 } }
        : segment,
    );
    await expect(packed(lying)).rejects.toThrow(AlteredSegmentError);
  });

  it('is made of a segment whose entry sums other bytes than it has the root of, and never verified', async () => {
    const lying = withSegments((segment, nth) =>
      nth === 1
        ? { ...segment, entry: { ...segment.entry, sha256: sha256HexSchema.parse('0'.repeat(64)) } }
        : segment,
    );
    const report = await verifyPackage(memorySource(await packed(lying)), { crypto: nodeCrypto, trust });
    expect(report.verdict).toBe('altered');
    expect(report.findings.map(({ code }) => code)).toContain('file-altered');
  });

  it('rejects with what a reader or the sink rejects with, and leaves no reader open', async () => {
    let open = 0;
    const counted = (failing?: number) =>
      withSegments((segment, nth) => ({
        ...segment,
        async *read(within, into) {
          open += 1;
          try {
            if (nth === failing) throw new Error('the archive is away');
            yield* segment.read(within, into);
          } finally {
            open -= 1;
          }
        },
      }));
    await expect(packed(counted(1))).rejects.toThrow('the archive is away');
    expect(open).toBe(0);
    let taken = 0;
    const full = async (bytes: Uint8Array): Promise<void> => {
      taken += bytes.length;
      if (taken > 100_000) throw new Error('the disk is full');
    };
    await expect(writePackage(counted(), full, signal)).rejects.toThrow('the disk is full');
    expect([open, taken > 100_000]).toEqual([0, true]);
  });

  it('ends when it is given up', async () => {
    const giveUp = new AbortController();
    const stuck = withSegments((segment, nth) => ({
      ...segment,
      async *read(within, into) {
        yield* segment.read(within, into);
        if (nth !== 1) return;
        giveUp.abort(new Error('given up'));
        within.throwIfAborted();
      },
    }));
    await expect(writePackage(stuck, async () => undefined, giveUp.signal)).rejects.toThrow('given up');
  });
});

describe('a package in a file', () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'package-'))));
  afterEach(async () => rm(directory, { recursive: true }));

  it('has the same bytes, and their length and hash are said', async () => {
    const file = join(directory, 'p.zip');
    const made = await writePackageFile(plan, file, signal);
    const bytes = await readFile(file);
    expect(bytes.equals(await packed(plan))).toBe(true);
    expect(made).toEqual({
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(await readdir(directory)).toEqual(['p.zip']);
  });

  it('stays what it was when a segment was altered', async () => {
    const file = join(directory, 'p.zip');
    await writeFile(file, 'before');
    const altered = withSegments((segment) => withBytes(segment, (bytes) => bytes.subarray(1)));
    await expect(writePackageFile(altered, file, signal)).rejects.toThrow(AlteredSegmentError);
    expect(await readFile(file, 'utf8')).toBe('before');
  });
});
