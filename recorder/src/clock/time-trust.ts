import { systemClock, type Clock } from '@minhbach/shared/clock';
import { quartzPpm, type TimeSync } from './time-sync.ts';

const askEveryMs = 60_000;
/** Smaller changes of the bound are no news; each segment carries its own. */
const newsFactor = 2;

/**
 * Whether the machine's clock may be believed. Until somebody says so it is not: footage is recorded all the same, and
 * every change of this state is told, so that each segment's times can be read with it (IEC 62676-1-2).
 */
export class TimeTrust {
  readonly #clock: Clock;
  #sync: TimeSync = { state: 'unknown', why: 'not asked yet' };
  #told: TimeSync | undefined;
  /** What was vouched for last, and when; `undefined` while nobody ever did. */
  #vouched: { errorMs: number; readonly atMs: number } | undefined;
  /** Steps of the clock since it was asked last. */
  #steppedMs = 0;
  #wake = new AbortController();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  get sync(): TimeSync {
    return this.#sync;
  }

  /**
   * What the clock's keeper states. Once nobody vouches for the clock any more, what was stated last, and what a clock left
   * to itself may have gone wrong since. 0 while nobody ever did, since there is no bound then.
   */
  get errorMs(): number {
    if (this.#sync.state === 'synchronised') return this.#sync.errorMs;
    if (this.#vouched === undefined) return 0;
    const { errorMs, atMs } = this.#vouched;
    return errorMs + Math.ceil(((this.#clock.monotonicNowMs() - atMs) * quartzPpm) / 1e6);
  }

  /** The machine's clock was set: whether that was right is asked at once. Where nobody vouches for it, it was not. */
  stepped(stepMs: number): void {
    this.#steppedMs += Math.abs(stepMs);
    this.#wake.abort();
  }

  /** Takes a new reading. Answers it when it is news: a first one, another state, or a very different bound. */
  learn(sync: TimeSync): TimeSync | undefined {
    if (sync.state === 'synchronised')
      this.#vouched = { errorMs: sync.errorMs, atMs: this.#clock.monotonicNowMs() };
    else if (this.#vouched !== undefined) this.#vouched.errorMs += this.#steppedMs;
    this.#steppedMs = 0;
    this.#sync = sync;
    if (this.#told !== undefined && !isNews(this.#told, sync)) return undefined;
    this.#told = sync;
    return sync;
  }

  /**
   * Asks at once, after each step of the clock and every minute, until `signal` aborts. Resolves then. `onNews` may throw when the news cannot be
   * stated now: it is told again a minute later.
   */
  async watch(of: {
    readonly ask: (signal: AbortSignal) => Promise<TimeSync>;
    readonly onNews: (sync: TimeSync) => void;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  }): Promise<void> {
    while (!of.signal.aborted) {
      this.#wake = new AbortController();
      const news = this.learn(await of.ask(of.signal));
      if (of.signal.aborted) return;
      if (news !== undefined) this.#tell(news, of.onNews);
      await of.clock
        .sleep(askEveryMs, AbortSignal.any([of.signal, this.#wake.signal]))
        .catch(() => undefined);
    }
  }

  #tell(news: TimeSync, onNews: (sync: TimeSync) => void): void {
    try {
      onNews(news);
    } catch {
      // An index that cannot be written has its own alarm.
      this.#told = undefined;
    }
  }
}

function isNews(told: TimeSync, sync: TimeSync): boolean {
  if (told.state !== 'synchronised' || sync.state !== 'synchronised') return told.state !== sync.state;
  const [low, high] = [told.errorMs, sync.errorMs].sort((a, b) => a - b);
  return told.by !== sync.by || Math.max(1, high ?? 0) > Math.max(1, low ?? 0) * newsFactor;
}
