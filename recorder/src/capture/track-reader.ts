import {
  BoxSplitter,
  readFragment,
  readInitSegment,
  shiftTfdt,
  type Fragment,
  type InitSegment,
} from '@minhbach/shared/media';

/** A fragment that starts this far from where the one before ended means that the device's time line is broken. */
const maxJumpMs = 1_000;
/** One is closed every 100 ms of media: a longer one holds a frame that claims to be shown for a time in which none came. */
const maxFragmentMs = 3_500;

export interface TrackFragment extends Fragment {
  readonly bytes: Uint8Array;
  readonly startMs: number;
  readonly endMs: number;
}

export class TimestampsJumped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TimestampsJumped';
  }
}

/** One pipe of ffmpeg: bytes in, init segment and fragments out. */
export class TrackReader {
  readonly #splitter = new BoxSplitter();
  readonly #shiftMs: number;
  #init: InitSegment | undefined;
  #endMs: number | undefined;

  /** `shiftMs` is added to every fragment's decode time, before anybody else sees its bytes. */
  constructor(shiftMs: number) {
    this.#shiftMs = shiftMs;
  }

  /** Throws `MediaError` for what is no such track, `TimestampsJumped` before a fragment that does not follow on. */
  read(
    chunk: Uint8Array,
    onInit: (init: InitSegment, bytes: Uint8Array) => void,
    onFragment: (fragment: TrackFragment) => void,
  ): void {
    for (const { kind, bytes } of this.#splitter.push(chunk)) {
      if (kind === 'init') {
        this.#init = readInitSegment(bytes);
        onInit(this.#init, bytes);
      } else if (this.#init !== undefined) {
        onFragment(this.#fragment(this.#init, bytes));
      }
    }
  }

  #fragment(init: InitSegment, bytes: Uint8Array): TrackFragment {
    if (this.#shiftMs !== 0) shiftTfdt(bytes, Math.round((this.#shiftMs * init.timescale) / 1000));
    const fragment = readFragment(bytes, init);
    const startMs = (fragment.tfdt / init.timescale) * 1000;
    const endMs = startMs + (fragment.durationTicks / init.timescale) * 1000;
    const jumpMs = startMs - (this.#endMs ?? startMs);
    if (Math.abs(jumpMs) > maxJumpMs)
      throw new TimestampsJumped(`media time jumped by ${Math.round(jumpMs)} ms`);
    if (endMs - startMs > maxFragmentMs) {
      throw new TimestampsJumped(`one fragment claims to last ${Math.round(endMs - startMs)} ms`);
    }
    this.#endMs = endMs;
    // Named one by one: spreading `fragment` took ten times as long as reading it.
    const { tfdt, durationTicks, samples, startsWithKeyframe, keyframeTicks } = fragment;
    return { tfdt, durationTicks, samples, startsWithKeyframe, keyframeTicks, bytes, startMs, endMs };
  }
}
