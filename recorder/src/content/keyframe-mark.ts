import { createHash } from 'node:crypto';

/** Coded pictures that differ anywhere differ at their end, where the coder's state holds all that came before. */
const tailBytes = 4_096;
const markBytes = 6;

/** A number that two keyframes share only when they are the same bytes; headers at the front may differ. */
export function keyframeMark(keyframe: Uint8Array): number {
  const tail = keyframe.subarray(Math.max(0, keyframe.length - tailBytes));
  return createHash('sha1').update(tail).digest().readUIntBE(0, markBytes);
}
