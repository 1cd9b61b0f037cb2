import { tileOfPath, tilePath } from '../ledger/index.ts';
import {
  recorderIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMs,
  type RecorderId,
} from '../units-of-measure/index.ts';
import type { SegmentOfKey } from './object-key.ts';

/** A run of a recorder's entries in the archive: those from `bundle * tileWidth` on, `width` of them. */
export interface EntryBundlePlace {
  readonly recorderId: RecorderId;
  readonly generation: number;
  readonly bundle: number;
  /** 1 to `tileWidth`; less than that only for the last one. */
  readonly width: number;
}

/** `r/{recorder}/ledger/{generation}/tile/entries/…`: where C2SP tlog-tiles has it, beside the log's tiles of hashes. */
export function entryBundleKey({ recorderId, generation, bundle, width }: EntryBundlePlace): string {
  return `${ledgerPrefix(recorderId)}${generation}/${tilePath({ level: 'entries', index: bundle, width })}`;
}

/** Everything of a recorder's logs lies under it. */
export function ledgerPrefix(recorderId: RecorderId): string {
  return `r/${recorderId}/ledger/`;
}

/** Where the tiles, bundles and checkpoints of a ledger lie, by its name; `undefined` for no ledger's name. */
export function ledgerPlace(origin: string): string | undefined {
  const [, recorder, generation] = /^minhbach\/r\/([\da-f-]{36})\/(0|[1-9]\d{0,14})$/.exec(origin) ?? [];
  if (recorder !== undefined && generation !== undefined) return `r/${recorder}/ledger/${generation}/`;
  const [, monitor] = /^minhbach\/m\/([\da-f-]{36})$/.exec(origin) ?? [];
  return monitor === undefined ? undefined : `m/${monitor}/ledger/`;
}

/** A head as a signed note; named by its size, so that none takes the place of another. */
export function checkpointKey(place: string, size: number): string {
  return `${place}checkpoint/${String(size).padStart(16, '0')}`;
}

/** `undefined` for what is no entry bundle. */
export function parseEntryBundleKey(key: string): EntryBundlePlace | undefined {
  const parts = /^r\/([^/]+)\/ledger\/(0|[1-9]\d{0,14})\/(tile\/entries\/.+)$/.exec(key);
  const recorderId = recorderIdSchema.safeParse(parts?.[1]);
  const tile = tileOfPath(parts?.[3] ?? '');
  if (!recorderId.success || tile === undefined) return undefined;
  return {
    recorderId: recorderId.data,
    generation: Number(parts?.[2]),
    bundle: tile.index,
    width: tile.width,
  };
}

/** What a segment's key alone tells of it; `undefined` for what is no segment's key. */
export function parseSegmentObjectKey(key: string): SegmentOfKey | undefined {
  return parsed(/^r\/([^/]+)\/s\/([^/]+)\/\d{4,}\/\d\d\/\d\d\/\d\d\/(\d{1,15})-([^/]+)\.mp4$/.exec(key));
}

/** The segment a small picture is of; `undefined` for what is no small picture's key. */
export function parseThumbnailObjectKey(key: string): SegmentOfKey | undefined {
  return parsed(/^r\/([^/]+)\/t\/([^/]+)\/\d{4,}\/\d\d\/\d\d\/\d\d\/(\d{1,15})-([^/]+)\.jpg$/.exec(key));
}

function parsed(parts: RegExpExecArray | null): SegmentOfKey | undefined {
  const recorderId = recorderIdSchema.safeParse(parts?.[1]);
  const sourceId = sourceIdSchema.safeParse(parts?.[2]);
  const segmentId = segmentIdSchema.safeParse(parts?.[4]);
  if (!recorderId.success || !sourceId.success || !segmentId.success) return undefined;
  return {
    recorderId: recorderId.data,
    sourceId: sourceId.data,
    segmentId: segmentId.data,
    startUtcMs: utcMs(Number(parts?.[3])),
  };
}
