import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Clock } from '@minhbach/shared/clock';
import type { LiveMessage } from '@minhbach/shared/protocol';
import type { LiveFragment, LiveInit, LiveTaker } from './live-feed.ts';

/** Beyond these a viewer is slow; below the last it may go on. */
const slowBytes = 1024 * 1024;
const slowMs = 2_000;
const recoveredBytes = 128 * 1024;

/**
 * One browser's end of a feed. A viewer that cannot keep up is left out until a keyframe comes when its line is free
 * again, and told `skip`; nobody else notices.
 */
export class ViewerOutlet implements LiveTaker {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #isReduced: (init: LiveInit) => boolean;
  readonly #sentAtMs: number[] = [];
  #init: LiveInit | undefined;
  #initSent = false;
  /** Waiting for a keyframe: at the beginning, and after having been too slow. */
  #leftOut = true;
  #skipTold = true;
  /** The burst a viewer joins with may be more than a slow one's backlog. */
  #joining = true;
  /** Whole fragments sent, for the audit. */
  fragmentsSent = 0;

  /** `isReduced`: whether this feed is less than what the viewer asked for. */
  constructor(socket: WebSocket, clock: Clock, isReduced: (init: LiveInit) => boolean) {
    this.#socket = socket;
    this.#clock = clock;
    this.#isReduced = isReduced;
  }

  init(init: LiveInit): void {
    this.#init = init;
    this.#initSent = false;
  }

  fragment(fragment: LiveFragment): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#joining && this.fragmentsSent > 0 && this.#socket.bufferedAmount < recoveredBytes)
      this.#joining = false;
    if (!this.#leftOut && this.#isSlow()) {
      this.#leftOut = true;
      this.#skipTold = false;
    }
    if (this.#leftOut) {
      if (!fragment.keyframe || this.#socket.bufferedAmount > recoveredBytes) return;
      this.#leftOut = false;
    }
    if (!this.#skipTold) {
      this.#skipTold = true;
      this.tell({ type: 'skip' });
    }
    if (!this.#initSent) this.#sendInit();
    this.tell({
      type: 'mark',
      seq: fragment.seq,
      nonce: randomBytes(12).toString('base64url'),
      capturedAt: fragment.capturedAt,
      serverNow: this.#clock.wallNow(),
    });
    this.#sendBytes(fragment.bytes);
    this.fragmentsSent += 1;
  }

  skipped(): void {
    this.#skipTold = false;
  }

  tell(message: LiveMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #sendInit(): void {
    if (this.#init === undefined) return;
    const { mime, quality, bytes } = this.#init;
    this.tell({ type: 'init', mime, quality, reduced: this.#isReduced(this.#init) });
    this.#sendBytes(bytes);
    this.#initSent = true;
  }

  #sendBytes(bytes: Buffer): void {
    this.#sentAtMs.push(this.#clock.monotonicNowMs());
    this.#socket.send(bytes, () => this.#sentAtMs.shift());
  }

  #isSlow(): boolean {
    const [oldest] = this.#sentAtMs;
    return (
      (!this.#joining && this.#socket.bufferedAmount > slowBytes) ||
      (oldest !== undefined && this.#clock.monotonicNowMs() - oldest > slowMs)
    );
  }
}
