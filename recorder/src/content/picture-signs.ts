import { Baseline } from './baseline.ts';
import { KeyframeMarks } from './keyframe-marks.ts';

/**
 * What a picture's bytes tell without being decoded. `still`: hardly anything between two keyframes. `small`, `large`: a
 * keyframe of quite another size than is usual here. `again`: a keyframe that came before, byte for byte.
 */
export type PictureSign = 'still' | 'small' | 'large' | 'again';

/** A frame of which nothing changes takes so little at any size of picture; measured: see DESIGN. */
const stillBytes = 400;
/** Nor is it a scene that moves, with so much less than is usual. */
const stillShare = 0.1;
/** Keyframes of ordinary footage stay within these shares of what is usual. */
const sizeShares = { from: 0.3, to: 2.5 };

/** One source's picture as its bytes go by. */
export class PictureSigns {
  readonly #marks: KeyframeMarks;
  readonly #keyframeBytes = new Baseline();
  readonly #betweenBytes = new Baseline();
  #between = { bytes: 0, frames: 0 };
  #newest: { readonly keyframeBytes: number; readonly betweenBytes: number | undefined } | undefined;

  constructor(horizonMs: number) {
    this.#marks = new KeyframeMarks(horizonMs);
  }

  /** After how long the footage comes again, while it does. */
  get repeatsAfterMs(): number | undefined {
    return this.#marks.repeatsAfterMs;
  }

  /** Another capture: what came of the last group of pictures is not a whole one. */
  restart(): void {
    this.#between = { bytes: 0, frames: 0 };
  }

  /** Frames that are no keyframes. */
  between(bytes: number, frames: number): void {
    this.#between.bytes += bytes;
    this.#between.frames += frames;
  }

  /** A keyframe, and with it the end of what lay between it and the one before. */
  keyframe(bytes: number, mark: number, nowMs: number): ReadonlySet<PictureSign> {
    const { frames, bytes: all } = this.#between;
    const betweenBytes = frames === 0 ? undefined : all / frames;
    this.#between = { bytes: 0, frames: 0 };
    this.#newest = { keyframeBytes: bytes, betweenBytes };
    const signs = new Set<PictureSign>();
    if (this.#marks.note(mark, nowMs) !== undefined) signs.add('again');
    const usual = this.#keyframeBytes.value ?? bytes;
    if (bytes < usual * sizeShares.from) signs.add('small');
    if (bytes > usual * sizeShares.to) signs.add('large');
    const usualBetween = this.#betweenBytes.value ?? betweenBytes ?? 0;
    if (betweenBytes !== undefined && betweenBytes < Math.max(stillBytes, usualBetween * stillShare))
      signs.add('still');
    if (signs.size === 0) {
      this.#keyframeBytes.learn(bytes);
      if (betweenBytes !== undefined) this.#betweenBytes.learn(betweenBytes);
    }
    return signs;
  }

  /** A look has found nothing wrong: what is now is what is usual. */
  adopt(): void {
    if (this.#newest === undefined) return;
    this.#keyframeBytes.adopt(this.#newest.keyframeBytes);
    if (this.#newest.betweenBytes !== undefined) this.#betweenBytes.adopt(this.#newest.betweenBytes);
  }
}
