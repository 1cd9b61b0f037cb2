import { tileHeight, tileWidth } from './tree-hashes.ts';

/** One tile or entry bundle of a tree: `width` is 256 when full, else what a partial one holds. */
export interface Tile {
  /** 0 holds leaf hashes, each level above the roots of full tiles below; `entries` the entries themselves. */
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** Where a tile lies below a ledger's prefix (C2SP tlog-tiles): `tile/0/x001/x234/067`, `tile/entries/000.p/12`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const name = groups.map((group, place) => (place === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${name}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** The tile a path names, or `undefined` when it names none. */
export function tileOfPath(path: string): Tile | undefined {
  const match = /^tile\/(entries|[1-9]\d?|0)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  const [, level, name, width] = match ?? [];
  if (level === undefined || name === undefined) return undefined;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(name.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  };
  // Only the one spelling of a path counts: no needless zeros, no full tile that calls itself partial.
  return tilePath(tile) === path ? tile : undefined;
}

/**
 * The tiles and bundles that a tree of `size` entries has and one of `oldSize` had not, in the order in which they can
 * be written: bundles first, then levels from below.
 */
export function newTiles(oldSize: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  const add = (level: Tile['level'], before: number, now: number): void => {
    for (let index = Math.floor(before / tileWidth); index * tileWidth < now; index += 1) {
      const width = Math.min(tileWidth, now - index * tileWidth);
      if (index * tileWidth + width > before) tiles.push({ level, index, width });
    }
  };
  add('entries', oldSize, size);
  for (let [level, before, now] = [0, oldSize, size]; now > 0; level += 1) {
    add(level, before, now);
    [before, now] = [Math.floor(before / 2 ** tileHeight), Math.floor(now / 2 ** tileHeight)];
  }
  return tiles;
}
