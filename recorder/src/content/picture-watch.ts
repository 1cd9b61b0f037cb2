import type { Clock } from '@minhbach/shared/clock';
import { firstSample, payloadBytes, type InitSegment } from '@minhbach/shared/media';
import type { FootageObserver, TrackFragment } from '../capture/index.ts';
import type { ContentFault } from './content-fault.ts';
import { keyframeMark } from './keyframe-mark.ts';
import type { LookDesk } from './look-desk.ts';
import { LookTimes } from './look-times.ts';
import { pictureFacts, pictureFault, type LumaGrid } from './picture-facts.ts';
import { PictureSigns, type PictureSign } from './picture-signs.ts';

export interface WatchParts {
  readonly desk: LookDesk;
  readonly clock: Clock;
  /** What is wrong with this source now; told whenever it may have changed. */
  readonly tell: (fault: ContentFault | undefined) => void;
  /** A source nothing is wrong with is looked at this often, first at `firstMs` (monotonic). */
  readonly everyMs: number;
  readonly firstMs: number;
}

/** Watches one source's picture: its bytes as they come, its keyframes in turn and at signs. */
export class PictureWatch implements FootageObserver {
  readonly #of: WatchParts;
  readonly #signs: PictureSigns;
  readonly #times: LookTimes<PictureSign>;
  #track: { readonly init: InitSegment; readonly bytes: Uint8Array } | undefined;
  #previous: Uint8Array | undefined;
  #isLooking = false;
  #hasEnded = false;
  #seen: ContentFault | undefined;
  /** Whether it was looked at since keyframes come again, and was no picture that stands still. */
  #movesAgain = false;

  constructor(of: WatchParts & { readonly loopHorizonMs: number }) {
    this.#of = of;
    this.#signs = new PictureSigns(of.loopHorizonMs);
    this.#times = new LookTimes(of);
  }

  started(init: InitSegment, bytes: Uint8Array): void {
    this.#track = { init, bytes };
    this.#previous = undefined;
    this.#signs.restart();
  }

  fragment({ bytes, samples, startsWithKeyframe }: TrackFragment): void {
    const payload = payloadBytes(bytes);
    if (!startsWithKeyframe) {
      this.#signs.between(payload, samples);
      return;
    }
    const keyframe = this.#track && firstSample(bytes, this.#track.init);
    if (this.#track === undefined || keyframe === undefined) return;
    const nowMs = this.#of.clock.monotonicNowMs();
    const signs = this.#signs.keyframe(keyframe.length, keyframeMark(keyframe), nowMs);
    this.#signs.between(payload - keyframe.length, samples - 1);
    if (!signs.has('again')) {
      this.#movesAgain = false;
      this.#times.forget('again');
    }
    this.#tell();
    const older = this.#previous;
    this.#previous = bytes;
    if (older === undefined || this.#isLooking) return;
    const reason = this.#times.due(signs, nowMs);
    if (reason === undefined) return;
    this.#isLooking = true;
    const footage = [this.#track.bytes, older, bytes];
    this.#of.desk.look(
      reason,
      async (decoder, signal) => decoder.pictures(footage, signal),
      (pictures) => this.#looked(pictures, signs),
    );
  }

  ended(): void {
    this.#hasEnded = true;
    this.#of.tell(undefined);
  }

  #looked(pictures: readonly LumaGrid[] | undefined, signs: ReadonlySet<PictureSign>): void {
    this.#isLooking = false;
    const newer = pictures?.at(-1);
    if (newer !== undefined) {
      this.#seen = pictureFault(pictureFacts(pictures?.at(-2), newer));
      this.#movesAgain = this.#seen === undefined && signs.has('again');
      if (this.#seen === undefined) this.#signs.adopt();
    }
    this.#times.looked(this.#seen !== undefined, signs, this.#of.clock.monotonicNowMs());
    this.#tell();
  }

  #tell(): void {
    if (this.#hasEnded) return;
    const afterMs = this.#movesAgain ? this.#signs.repeatsAfterMs : undefined;
    const repeats: ContentFault | undefined =
      afterMs === undefined
        ? undefined
        : {
            kind: 'picture-repeats',
            evidence: `keyframes come again byte for byte after ${(afterMs / 1000).toFixed(0)} s`,
          };
    this.#of.tell(this.#seen ?? repeats);
  }
}
