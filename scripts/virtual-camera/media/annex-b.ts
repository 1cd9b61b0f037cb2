/** One NAL unit as it goes into RTP: without start code, with its header byte or bytes. */
export type NalUnit = Buffer;
export type PictureCodec = 'h264' | 'h265';

/** Splits an Annex B byte stream (ITU-T H.264 and H.265, Annex B) into NAL units. */
export function nalUnits(stream: Buffer): readonly NalUnit[] {
  const startCode = Buffer.from([0, 0, 1]);
  const units: NalUnit[] = [];
  let start = stream.indexOf(startCode);
  while (start >= 0) {
    const next = stream.indexOf(startCode, start + 3);
    let end = next < 0 ? stream.length : next;
    while (end > start + 3 && stream[end - 1] === 0) end -= 1;
    if (end > start + 3) units.push(stream.subarray(start + 3, end));
    start = next;
  }
  return units;
}

export function nalType(codec: PictureCodec, nal: NalUnit): number {
  const header = nal[0] ?? 0;
  return codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f;
}

/** All NAL units of one frame, parameter sets that precede it included. */
export type AccessUnit = { readonly nals: readonly NalUnit[]; readonly isKeyframe: boolean };

/** Groups NAL units into frames: a new one begins at a first slice, or at anything else that follows a slice. */
export function accessUnits(codec: PictureCodec, nals: readonly NalUnit[]): readonly AccessUnit[] {
  const units: AccessUnit[] = [];
  let current: NalUnit[] = [];
  let hasSlice = false;
  let isKeyframe = false;
  const finish = () => {
    units.push({ nals: current, isKeyframe });
    current = [];
    hasSlice = false;
    isKeyframe = false;
  };
  for (const nal of nals) {
    const type = nalType(codec, nal);
    const isSlice = codec === 'h264' ? type >= 1 && type <= 5 : type < 32;
    if (hasSlice && (!isSlice || isFirstSlice(codec, nal))) finish();
    current.push(nal);
    hasSlice ||= isSlice;
    isKeyframe ||= codec === 'h264' ? type === 5 : type >= 16 && type <= 23;
  }
  if (hasSlice) finish();
  return units;
}

/** first_mb_in_slice is 0 (an Exp-Golomb "1" bit) in H.264; first_slice_segment_in_pic_flag in H.265. */
function isFirstSlice(codec: PictureCodec, nal: NalUnit): boolean {
  return ((nal[codec === 'h264' ? 1 : 2] ?? 0) & 0x80) !== 0;
}
