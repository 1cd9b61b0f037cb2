/** ISO/IEC 14496-12 boxes, read only as deep as a place in time needs. */
function* boxesIn(
  view: DataView,
  from: number,
  to: number,
): Generator<{ type: string; at: number; end: number }> {
  let at = from;
  while (at + 8 <= to) {
    const sizeBytes = view.getUint32(at);
    if (sizeBytes < 8 || at + sizeBytes > to) return;
    yield { type: fourLetters(view, at + 4), at: at + 8, end: at + sizeBytes };
    at += sizeBytes;
  }
}

function fourLetters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}

function find(view: DataView, path: readonly string[]): number | undefined {
  let from = 0;
  let to = view.byteLength;
  for (const type of path) {
    const box = [...boxesIn(view, from, to)].find((candidate) => candidate.type === type);
    if (box === undefined) return undefined;
    [from, to] = [box.at, box.end];
  }
  return from;
}

/** Ticks per second of the only track of an init segment. Undefined when the bytes are no such thing. */
export function timescaleOf(init: ArrayBuffer): number | undefined {
  const view = new DataView(init);
  const at = find(view, ['moov', 'trak', 'mdia', 'mdhd']);
  if (at === undefined) return undefined;
  return view.getUint32(at + (view.getUint8(at) === 1 ? 20 : 12));
}

/** `baseMediaDecodeTime` of a single-track fragment, in ticks. Undefined when the bytes are no fragment. */
export function baseTimeOf(fragment: ArrayBuffer): number | undefined {
  const view = new DataView(fragment);
  const at = find(view, ['moof', 'traf', 'tfdt']);
  if (at === undefined) return undefined;
  return view.getUint8(at) === 1 ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
}
