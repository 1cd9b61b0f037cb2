import { maxSlewPpm } from './recorder-clock.ts';

/** What the way from the lens to us may take unseen: we only know delays relative to the least delayed fragment. */
const unseenDelayMs = 100;
const windowMs = 30_000;
const recentMs = 5_000;
const maxDriftMs = 1_000;
/** Until then the burst at start-up may not be over: ffmpeg has looked at the stream before it gave anything, a camera may have held back. */
const unsettledMs = 1_000;

interface Anchor {
  readonly mediaMs: number;
  readonly utcMs: number;
}

/**
 * Places one capture's media time on the wall clock, for its picture and its sound alike.
 *
 * A fragment cannot arrive before it ended, so `arrival - media end` of the least delayed fragment is the best known
 * distance between the two time lines; bursts at start-up and on the network are later, never earlier. The placement is
 * provisional until `settle` is first called. From then on it is a continuous line that is bent by at most 500 ppm at
 * each `settle`, and what it said about the past never changes.
 */
export class CapturePlacer {
  #anchors: Anchor[] = [];
  /** Least offset seen in each second of arrival, oldest first. */
  #leastPerSecond: { readonly second: number; least: number }[] = [];

  get settled(): boolean {
    return this.#anchors.length > 0;
  }

  /** `arrivalUtcMs` by the recorder's clock when the fragment that ends at `mediaEndMs` was whole. */
  observe(mediaEndMs: number, arrivalUtcMs: number): void {
    const offset = arrivalUtcMs - mediaEndMs;
    const second = Math.floor(arrivalUtcMs / 1000);
    const last = this.#leastPerSecond.at(-1);
    if (last?.second === second) last.least = Math.min(last.least, offset);
    else {
      this.#leastPerSecond.push({ second, least: offset });
      while ((this.#leastPerSecond[0]?.second ?? second) < second - windowMs / 1000)
        this.#leastPerSecond.shift();
    }
  }

  /** UTC milliseconds (with fraction) of a media time. */
  place(mediaMs: number): number {
    const after = this.#anchors.findIndex((anchor) => anchor.mediaMs > mediaMs);
    const next = this.#anchors[after === -1 ? this.#anchors.length : after];
    const before = after === -1 ? this.#anchors.at(-1) : this.#anchors[after - 1];
    if (before === undefined)
      return next === undefined ? mediaMs + this.#least(windowMs) : next.utcMs + mediaMs - next.mediaMs;
    if (next === undefined) return before.utcMs + mediaMs - before.mediaMs;
    const share = (mediaMs - before.mediaMs) / (next.mediaMs - before.mediaMs);
    return before.utcMs + share * (next.utcMs - before.utcMs);
  }

  /** Fixes the line up to `mediaMs`, bending it towards what was observed since. Answers that moment's UTC. */
  settle(mediaMs: number): number {
    const last = this.#anchors.at(-1);
    if (last !== undefined && mediaMs <= last.mediaMs) return this.place(mediaMs);
    const unbent = this.place(mediaMs);
    const reachMs = last === undefined ? 0 : ((mediaMs - last.mediaMs) * maxSlewPpm) / 1e6;
    const wanted = mediaMs + this.#least(windowMs) - unbent;
    const utc = unbent + Math.max(-reachMs, Math.min(reachMs, wanted));
    this.#anchors.push({ mediaMs, utcMs: utc });
    if (this.#anchors.length > maxAnchors) this.#anchors.shift();
    return utc;
  }

  /** How far `place` may be from the truth, given the recorder's clock is right. */
  errorMs(): number {
    const last = this.#anchors.at(-1);
    if (last === undefined) return unsettledMs + unseenDelayMs;
    const usedOffset = last.utcMs - last.mediaMs;
    return Math.ceil(Math.abs(this.#least(windowMs) - usedOffset)) + unseenDelayMs;
  }

  /**
   * True when the capture no longer fits the line: media runs ahead of its own arrival, or all of the last seconds came
   * more than a second late. It must end; stretching time would be a lie.
   */
  hasDrifted(): boolean {
    const last = this.#anchors.at(-1);
    if (last === undefined || this.#leastPerSecond.length < recentMs / 1000) return false;
    return Math.abs(this.#least(recentMs) - (last.utcMs - last.mediaMs)) > maxDriftMs;
  }

  /** True when the fixed line puts the end of this fragment more than a second after it came: it is not to be kept there. */
  isAhead(mediaEndMs: number, arrivalUtcMs: number): boolean {
    return this.settled && this.place(mediaEndMs) - arrivalUtcMs > maxDriftMs;
  }

  #least(spanMs: number): number {
    const newest = this.#leastPerSecond.at(-1)?.second ?? 0;
    let least = Number.POSITIVE_INFINITY;
    for (const bucket of this.#leastPerSecond) {
      if (bucket.second > newest - spanMs / 1000) least = Math.min(least, bucket.least);
    }
    if (least === Number.POSITIVE_INFINITY) throw new RangeError('nothing was observed yet');
    return least;
  }
}

/** Far more boundaries than are ever open at once; older ones are not asked about again. */
const maxAnchors = 64;
