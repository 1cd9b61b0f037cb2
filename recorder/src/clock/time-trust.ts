import type { Clock } from '@minhbach/shared/clock';
import type { TimeSync } from './time-sync.ts';

const askEveryMs = 60_000;
/** Smaller changes of the bound are no news; each segment carries its own. */
const newsFactor = 2;

/**
 * Whether the machine's clock may be believed. Until somebody says so it is not: footage is recorded all the same, and
 * every change of this state is told, so that each segment's times can be read with it (IEC 62676-1-2).
 */
export class TimeTrust {
  #sync: TimeSync = { state: 'unknown', why: 'not asked yet' };
  #told: TimeSync | undefined;

  get sync(): TimeSync {
    return this.#sync;
  }

  /** What the clock's keeper states; 0 while nobody vouches for the clock, since there is no bound then. */
  get errorMs(): number {
    return this.#sync.state === 'synchronised' ? this.#sync.errorMs : 0;
  }

  /** Takes a new reading. Answers it when it is news: a first one, another state, or a very different bound. */
  learn(sync: TimeSync): TimeSync | undefined {
    this.#sync = sync;
    if (this.#told !== undefined && !isNews(this.#told, sync)) return undefined;
    this.#told = sync;
    return sync;
  }

  /**
   * Asks at once and then every minute until `signal` aborts. Resolves then. `onNews` may throw when the news cannot be
   * stated now: it is told again a minute later.
   */
  async watch(of: {
    readonly ask: (signal: AbortSignal) => Promise<TimeSync>;
    readonly onNews: (sync: TimeSync) => void;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  }): Promise<void> {
    while (!of.signal.aborted) {
      const news = this.learn(await of.ask(of.signal));
      if (of.signal.aborted) return;
      if (news !== undefined) this.#tell(news, of.onNews);
      await of.clock.sleep(askEveryMs, of.signal).catch(() => undefined);
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
