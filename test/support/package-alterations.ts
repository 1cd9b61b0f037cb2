import { createHash } from 'node:crypto';
import { zipOf, zipParts, type ZipPart } from './zip-parts.ts';

/** One change somebody made to a package, and the file that a finding must point at, where one can be named. */
export interface Alteration {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly path?: string | undefined;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A single alteration of a random kind at a random place; small regions are met as often as large ones. */
export async function altered(zip: Uint8Array, random: () => number): Promise<Alteration> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const parts = zipParts(zip);
  const part = parts[below(parts.length)];
  if (part === undefined) throw new Error('a package has files');
  const copy = Uint8Array.from(zip);
  const flip = (at: number): void => void (copy[at] = (copy[at] ?? 0) ^ (1 << below(8)));
  const { path } = part;
  switch (below(10)) {
    case 0:
    case 1: {
      flip(part.offset + below(part.bytes.length));
      return { what: `bit in ${path}`, bytes: copy, path };
    }
    case 2: {
      flip(part.headerOffset + below(part.offset - part.headerOffset));
      return { what: `bit in the header of ${path}`, bytes: copy };
    }
    case 3: {
      const directory = endOf(parts);
      flip(directory + below(zip.length - directory));
      return { what: 'bit in the directory or the end', bytes: copy };
    }
    case 4:
      return { what: 'cut off', bytes: zip.subarray(0, below(zip.length)) };
    case 5: {
      const at = below(zip.length);
      const length = 1 + below(Math.min(5_000, zip.length - at));
      return {
        what: 'bytes dropped',
        bytes: Buffer.concat([zip.subarray(0, at), zip.subarray(at + length)]),
      };
    }
    case 6: {
      const at = part.offset + below(part.bytes.length);
      const put = Uint8Array.from({ length: 1 + below(100) }, () => below(256));
      return { what: 'bytes put in', bytes: Buffer.concat([zip.subarray(0, at), put, zip.subarray(at)]) };
    }
    case 7:
      return {
        what: `${path} left out`,
        bytes: await zipOf(resummed(parts.filter((other) => other !== part))),
      };
    case 8: {
      const others = parts.filter((other) => other !== part && !isSame(other.bytes, part.bytes));
      const other = others[below(others.length)] ?? part;
      const swapped = parts.map((each) =>
        each === part
          ? { ...each, bytes: other.bytes }
          : each === other
            ? { ...each, bytes: part.bytes }
            : each,
      );
      return { what: `${path} and ${other.path} swapped`, bytes: await zipOf(resummed(swapped)) };
    }
    default: {
      // Everything an attacker without keys can make right again, made right again.
      const bytes = Uint8Array.from(part.bytes);
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
      const edited = parts.map((each) => (each === part ? { ...each, bytes } : each));
      return { what: `${path} edited, sums made anew`, bytes: await zipOf(resummed(edited, path)) };
    }
  }
}

/** With a SHA256SUMS that fits; the signature stays what it was. */
function resummed(parts: readonly ZipPart[], except?: string): Pick<ZipPart, 'path' | 'bytes'>[] {
  const lines = parts
    .filter(({ path }) => path !== 'SHA256SUMS' && path !== 'SIGNATURE')
    .map(({ path, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`);
  return parts.map((part) =>
    part.path === 'SHA256SUMS' && part.path !== except
      ? { ...part, bytes: Buffer.from(lines.join('')) }
      : part,
  );
}

function endOf(parts: readonly ZipPart[]): number {
  const last = parts.at(-1);
  return last === undefined ? 0 : last.offset + last.bytes.length;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
