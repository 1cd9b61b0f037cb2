import type { LiveFragment, LiveInit, LiveTaker } from './live-feed.ts';

/**
 * Shows the first feed until the second has its first keyframe, then only the second: a tile starts at once on the
 * main stream and changes to the small one, which the recorder begins to pull only now.
 */
export class PictureSwitch {
  readonly #out: LiveTaker;
  readonly #onChanged: () => void;
  #changed = false;
  #secondInit: LiveInit | undefined;

  /** `onChanged` is called once, when the first feed is not needed any more. */
  constructor(out: LiveTaker, onChanged: () => void) {
    this.#out = out;
    this.#onChanged = onChanged;
  }

  readonly first: LiveTaker = {
    init: (init) => {
      if (!this.#changed) this.#out.init(init);
    },
    fragment: (fragment) => {
      if (!this.#changed) this.#out.fragment(fragment);
    },
    skipped: () => {
      if (!this.#changed) this.#out.skipped();
    },
  };

  readonly second: LiveTaker = {
    init: (init) => {
      if (this.#changed) this.#out.init(init);
      else this.#secondInit = init;
    },
    fragment: (fragment: LiveFragment) => {
      if (!this.#changed && fragment.keyframe && this.#secondInit) {
        this.#changed = true;
        this.#out.init(this.#secondInit);
        this.#onChanged();
      }
      if (this.#changed) this.#out.fragment(fragment);
    },
    skipped: () => {
      if (this.#changed) this.#out.skipped();
    },
  };
}
