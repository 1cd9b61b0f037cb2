import { hourMs } from '../timeline/index.ts';

type Ask = (
  sourceId: string,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
) => Promise<readonly number[]>;

/** Keyframe times of sources, fetched an hour at a time a little before they are needed. */
export class KeyframeStore {
  readonly #ask: Ask;
  readonly #found: (sourceId: string, keyframes: readonly number[]) => void;
  readonly #stop = new AbortController();
  readonly #hours = new Map<string, Map<number, readonly number[] | undefined>>();

  constructor(ask: Ask, found: (sourceId: string, keyframes: readonly number[]) => void) {
    this.#ask = ask;
    this.#found = found;
  }

  /** Sees to it that the hour of `atMs` and the one ahead in the direction of `rate` are known or on their way. */
  need(sourceIds: readonly string[], atMs: number, rate: number): void {
    const aheadMs = atMs + Math.sign(rate) * Math.min(hourMs, Math.abs(rate) * 60_000);
    for (const sourceId of sourceIds) {
      for (const hour of new Set([Math.floor(atMs / hourMs), Math.floor(aheadMs / hourMs)])) {
        this.#fetch(sourceId, hour);
      }
    }
  }

  close(): void {
    this.#stop.abort();
  }

  #fetch(sourceId: string, hour: number): void {
    const hours = this.#hours.get(sourceId) ?? new Map<number, readonly number[] | undefined>();
    this.#hours.set(sourceId, hours);
    if (hours.has(hour)) return;
    hours.set(hour, undefined);
    void this.#ask(sourceId, hour * hourMs, (hour + 1) * hourMs, this.#stop.signal).then(
      (keyframes) => {
        hours.set(hour, keyframes);
        const known = [...hours].sort(([a], [b]) => a - b).flatMap(([, times]) => times ?? []);
        this.#found(sourceId, known);
      },
      // Not known: a picture a second stands in for keyframes. Asked again at the next need.
      () => hours.delete(hour),
    );
  }
}
