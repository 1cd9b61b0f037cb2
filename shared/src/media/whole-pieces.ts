import { BoxReader, type Box } from './box-reader.ts';
import { readFragment, type Fragment } from './fragment.ts';
import { readInitSegment, type InitSegment } from './init-segment.ts';
import { MediaError } from './media-error.ts';

export interface WholeFragment {
  readonly start: number;
  readonly end: number;
  readonly fragment: Fragment;
}

/** What of a file cut off anywhere can be kept: its init segment and every whole fragment up to the first flaw. */
export interface WholePieces {
  readonly initBytes: number;
  readonly init: InitSegment;
  readonly fragments: readonly WholeFragment[];
}

/** Never throws; `undefined` when not even the init segment is whole. */
export function wholePieces(bytes: Uint8Array): WholePieces | undefined {
  let init: { readonly end: number; readonly init: InitSegment } | undefined;
  const fragments: WholeFragment[] = [];
  let start = 0;
  try {
    for (const box of new BoxReader(bytes).boxes(0, bytes.length)) {
      if (init === undefined) {
        if (box.type !== 'moov') continue;
        init = { end: box.end, init: readInitSegment(bytes.subarray(0, box.end)) };
        start = box.end;
      } else {
        if (!piecePart(box)) break;
        if (box.type !== 'mdat') continue;
        fragments.push({
          start,
          end: box.end,
          fragment: readFragment(bytes.subarray(start, box.end), init.init),
        });
        start = box.end;
      }
    }
  } catch (error) {
    // The flaw where the file ends, or is damaged: what came before it stands.
    if (!(error instanceof MediaError)) throw error;
  }
  return init && { initBytes: init.end, init: init.init, fragments };
}

/** Bytes to keep of a file cut off anywhere: up to the end of its last whole fragment; 0 when there is none. */
export function lastWholeFragmentEnd(bytes: Uint8Array): number {
  return wholePieces(bytes)?.fragments.at(-1)?.end ?? 0;
}

function piecePart(box: Box): boolean {
  return ['styp', 'prft', 'sidx', 'emsg', 'moof', 'mdat'].includes(box.type);
}
