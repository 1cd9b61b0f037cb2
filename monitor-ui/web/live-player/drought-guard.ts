const lookEveryMs = 8;
/** As slow as an element plays; at 0 it would count as stopped. */
const slowestRate = 0.0625;

export interface DroughtBounds {
  /** Lead below which playing slows down. */
  readonly fromS: number;
  /** Lead that is not played: less than this a decoder may not have ready, and the element would stop. */
  readonly floorS: number;
}

/** How fast to play with so little left: the slower the closer to the floor, so that the floor is never reached. */
export function rateInDrought(leadS: number, { fromS, floorS }: DroughtBounds): number {
  if (leadS >= fromS) return 1;
  return Math.max(slowestRate, (leadS - floorS) / (fromS - floorS));
}

/**
 * Looks after the end of the buffer between appends. Where the next fragment is overdue, the last frames are stretched
 * over the wait instead of the picture stopping, which costs a later moment of catching up and no visible hold. Costs
 * one timer that is moved on with every append while all is well.
 */
export class DroughtGuard {
  readonly #element: HTMLMediaElement;
  readonly #endS: () => number | undefined;
  readonly #bounds: DroughtBounds;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLMediaElement, endS: () => number | undefined, bounds: DroughtBounds) {
    this.#element = element;
    this.#endS = endS;
    this.#bounds = bounds;
  }

  /** To be called after each append, when the rate for what is there now has been set. */
  appended(): void {
    this.stop();
    this.#look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const leadS = (this.#endS() ?? 0) - this.#element.currentTime;
    const untilMs = ((leadS - this.#bounds.fromS) / Math.max(1, this.#element.playbackRate)) * 1000;
    if (untilMs > 0) {
      this.#timer = setTimeout(() => this.#look(), Math.max(untilMs, 4));
      return;
    }
    if (this.#element.paused || this.#element.seeking) return;
    this.#element.playbackRate = rateInDrought(leadS, this.#bounds);
    this.#timer = setTimeout(() => this.#look(), lookEveryMs);
  }
}
