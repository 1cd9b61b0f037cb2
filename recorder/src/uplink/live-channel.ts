import { mediaFrameKinds, type LiveFragmentMeta, type LiveInitMeta } from '@minhbach/shared/protocol';
import type { LiveSink } from '../capture/index.ts';
import type { MediaOutlet } from './media-outlet.ts';

const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 256 * 1024;

/**
 * One live stream on its way to the monitor. When the line cannot keep up it leaves out whole fragments, says so, and
 * goes on at a keyframe: old pictures are worth less than new ones, and the recording is never made to wait.
 */
export class LiveChannel implements LiveSink {
  readonly #channel: number;
  readonly #outlet: Pick<MediaOutlet, 'bufferedBytes' | 'sendWhole'>;
  readonly ended: () => void;
  #skipping = false;
  /** Sound can be entered at every fragment. */
  #isSound = false;

  constructor(
    channel: number,
    outlet: Pick<MediaOutlet, 'bufferedBytes' | 'sendWhole'>,
    onEnded: () => void,
  ) {
    this.#channel = channel;
    this.#outlet = outlet;
    this.ended = onEnded;
  }

  init(meta: LiveInitMeta, bytes: Uint8Array): void {
    this.#isSound = meta.mime.startsWith('audio/');
    this.#send(mediaFrameKinds.liveInit, JSON.stringify(meta), bytes);
  }

  fragment(meta: LiveFragmentMeta, bytes: Uint8Array): void {
    if (this.#skipping) {
      const mayEnter = this.#isSound || meta.keyframe;
      if (!mayEnter || this.#outlet.bufferedBytes > lowWaterBytes) return;
      this.#skipping = false;
      this.#send(mediaFrameKinds.liveSkip, '', new Uint8Array());
    } else if (this.#outlet.bufferedBytes > highWaterBytes) {
      this.#skipping = true;
      return;
    }
    this.#send(mediaFrameKinds.liveFragment, JSON.stringify(meta), bytes);
  }

  #send(
    kind: (typeof mediaFrameKinds)[keyof typeof mediaFrameKinds],
    meta: string,
    payload: Uint8Array,
  ): void {
    this.#outlet.sendWhole({ kind, channel: this.#channel, meta, payload });
  }
}
