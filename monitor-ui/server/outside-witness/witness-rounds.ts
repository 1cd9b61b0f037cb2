import { RequestError } from './bounded-request.ts';
import { HeadCheck, originOf, type HeadCheckParts } from './head-check.ts';
import type { MonitorClient } from './monitor-client.ts';
import type { Standings } from './standings.ts';

export interface WatchedMonitor {
  readonly name: string;
  readonly client: MonitorClient;
}

export interface WitnessRoundsParts extends HeadCheckParts {
  readonly monitors: readonly WatchedMonitor[];
  readonly standings: Standings;
  readonly everyMs: number;
  readonly silentAfterMs: number;
  /** A head was counter-signed here but the monitor does not take the signature. */
  readonly onNotTaken: (monitor: string, origin: string) => void;
  readonly onRound: () => Promise<void>;
}

/** Asks every monitor again and again, one after the other. */
export class WitnessRounds {
  readonly #parts: WitnessRoundsParts;
  readonly #check: HeadCheck;
  /** When each monitor last answered, monotonic; from the start on. */
  readonly #answeredMs = new Map<string, number>();

  constructor(parts: WitnessRoundsParts) {
    this.#parts = parts;
    this.#check = new HeadCheck(parts);
    const { clock, monitors } = parts;
    for (const { name } of monitors) this.#answeredMs.set(name, clock.monotonicNowMs());
  }

  /** Until `signal` aborts. Rejects with what is our own fault. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#parts;
    while (!signal.aborted) {
      try {
        await this.once(signal);
        await clock.sleep(everyMs, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async once(signal: AbortSignal): Promise<void> {
    const { monitors, onRound } = this.#parts;
    for (const monitor of monitors) await this.#ask(monitor, signal);
    this.#lookForSilence();
    await onRound();
  }

  async #ask({ name, client }: WatchedMonitor, signal: AbortSignal): Promise<void> {
    const { standings, clock } = this.#parts;
    try {
      const ledgers = await client.ledgers(signal);
      for (const ledger of ledgers) {
        const outcome = await this.#check.check(name, ledger, client, signal);
        const now = clock.wallNow();
        switch (outcome.outcome) {
          case 'witnessed':
            standings.set(outcome.origin, { state: 'witnessed' }, now);
            if (!outcome.isKnownToMonitor) await this.#giveBack(name, ledger, client, signal);
            break;
          case 'nothing-yet':
            standings.set(outcome.origin, { state: 'nothing-yet' }, now);
            break;
          case 'refused':
            standings.set(
              outcome.origin,
              { state: 'refused', why: outcome.why, message: outcome.message },
              now,
            );
            break;
          default:
            outcome satisfies never;
        }
      }
      this.#answeredMs.set(name, clock.monotonicNowMs());
      standings.set(name, { state: 'witnessed' }, clock.wallNow());
    } catch (error) {
      if (!(error instanceof RequestError) || signal.aborted) throw error;
      // What a monitor does not answer is not yet a refusal: networks fail. Silence is, after its time.
      const silent = clock.monotonicNowMs() - (this.#answeredMs.get(name) ?? 0) > this.#parts.silentAfterMs;
      const state = silent ? 'silent' : 'unreachable';
      standings.set(name, { state, message: error.message }, clock.wallNow());
    }
  }

  async #giveBack(
    monitor: string,
    ledger: Parameters<HeadCheck['check']>[1],
    client: MonitorClient,
    signal: AbortSignal,
  ): Promise<void> {
    const origin = originOf(ledger);
    const head = this.#parts.trees.latest(origin);
    if (head === undefined) return;
    const taken = await client.cosign(ledger.id, ledger.generation, head.note, signal);
    if (!taken) this.#parts.onNotTaken(monitor, origin);
  }

  /** Recorders state something every minute: one whose newest head is old is silent, whoever keeps it so. */
  #lookForSilence(): void {
    const { held, trees, standings, clock, silentAfterMs } = this.#parts;
    const now = clock.wallNow();
    for (const { origin, ledgerId, kind, generation } of held.ledgers()) {
      if (kind !== 'recorder' || generation !== held.newestGeneration(ledgerId)) continue;
      const signedAt = trees.latest(origin)?.signedAt;
      if (signedAt === undefined || now - signedAt <= silentAfterMs) continue;
      if (standings.get(origin)?.state === 'refused') continue;
      standings.set(origin, { state: 'silent', message: `no new head since ${isoTime(signedAt)}` }, now);
    }
  }
}

function isoTime(utcMs: number): string {
  return new Date(utcMs).toISOString();
}
