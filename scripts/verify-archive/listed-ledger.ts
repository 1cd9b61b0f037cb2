import { tileOfPath, type Tile } from '@minhbach/shared/ledger';
import type { ObjectStore } from '@minhbach/shared/object-store';

/** The objects of one ledger, as listed. */
export interface ListedLedger {
  readonly origin: string;
  readonly place: string;
  /** By bundle: the widest. */
  readonly bundles: ReadonlyMap<number, { readonly key: string; readonly width: number }>;
  /** By level and index, each with every width there is. */
  readonly tiles: ReadonlyMap<string, readonly (Tile & { readonly key: string })[]>;
  /** By size, smallest first. */
  readonly checkpoints: readonly { readonly size: number; readonly key: string }[];
  /** Under the ledger's place, and no part of a ledger. */
  readonly unknown: readonly string[];
}

const idPattern = '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}';
const ledgerKey = new RegExp(
  `^((?:r/(${idPattern})/ledger/(0|[1-9]\\d{0,14})/)|(?:m/(${idPattern})/ledger/))(.+)$`,
);

/** Every ledger below a prefix such as `r/{recorder}/ledger/`. */
export async function listLedgers(
  store: ObjectStore,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly ListedLedger[]> {
  const ledgers = new Map<string, MutableLedger>();
  for await (const { key } of store.list(prefix, { signal })) {
    const [, place = '', recorder, generation, monitor, rest = ''] = ledgerKey.exec(key) ?? [];
    const origin =
      monitor === undefined ? `minhbach/r/${recorder ?? ''}/${generation ?? ''}` : `minhbach/m/${monitor}`;
    const ledger = ledgers.get(place) ?? newLedger(origin, place);
    ledgers.set(place, ledger);
    addTo(ledger, key, rest);
  }
  for (const { checkpoints } of ledgers.values()) checkpoints.sort((a, b) => a.size - b.size);
  return [...ledgers.values()];
}

type Listed<Name extends keyof ListedLedger> =
  ListedLedger[Name] extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never;
interface MutableLedger extends ListedLedger {
  readonly bundles: Listed<'bundles'>;
  readonly tiles: Map<string, (Tile & { readonly key: string })[]>;
  readonly checkpoints: { readonly size: number; readonly key: string }[];
  readonly unknown: string[];
}

function newLedger(origin: string, place: string): MutableLedger {
  return { origin, place, bundles: new Map(), tiles: new Map(), checkpoints: [], unknown: [] };
}

function addTo(ledger: MutableLedger, key: string, rest: string): void {
  const tile = tileOfPath(rest);
  const size = /^checkpoint\/(\d{16})$/.exec(rest)?.[1];
  if (size !== undefined) ledger.checkpoints.push({ size: Number(size), key });
  else if (tile === undefined) ledger.unknown.push(key);
  else if (tile.level === 'entries') {
    if ((ledger.bundles.get(tile.index)?.width ?? 0) < tile.width)
      ledger.bundles.set(tile.index, { key, width: tile.width });
  } else {
    const name = `${tile.level}/${tile.index}`;
    const known = ledger.tiles.get(name) ?? [];
    known.push({ ...tile, key });
    ledger.tiles.set(name, known);
  }
}
