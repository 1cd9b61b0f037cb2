import { payloadBytes, type InitSegment, type SoundInit } from '@minhbach/shared/media';
import type { FootageObserver, TrackFragment } from '../capture/index.ts';
import type { ContentFault } from './content-fault.ts';
import type { LookReason } from './look-times.ts';
import { LookTimes } from './look-times.ts';
import type { WatchParts } from './picture-watch.ts';
import { soundFacts, soundFault } from './sound-facts.ts';
import { SoundSigns, type SoundSign } from './sound-signs.ts';

/** So much sound is decoded at once. */
const heardMs = 2_000;

/** What is being gathered for a look. */
interface Gathering {
  readonly reason: LookReason;
  readonly signs: ReadonlySet<SoundSign>;
  readonly footage: Uint8Array[];
  ms: number;
}

/** Watches one source's sound: its bytes as they come, and 2 s of it in turn and at signs. */
export class SoundWatch implements FootageObserver {
  readonly #of: WatchParts;
  readonly #signs = new SoundSigns();
  readonly #times: LookTimes<SoundSign>;
  #track: { readonly init: SoundInit; readonly bytes: Uint8Array } | undefined;
  #gathering: Gathering | undefined;
  #isLooking = false;
  #hasEnded = false;
  #heard: ContentFault | undefined;

  constructor(of: WatchParts) {
    this.#of = of;
    this.#times = new LookTimes(of);
  }

  started(init: InitSegment, bytes: Uint8Array): void {
    this.#track = init.trackKind === 'sound' ? { init, bytes } : undefined;
    this.#gathering = undefined;
    this.#signs.restart();
  }

  fragment({ bytes, samples, startMs, endMs }: TrackFragment): void {
    if (this.#gathering !== undefined) this.#gather(this.#gathering, bytes, endMs - startMs);
    if (!this.#signs.add(payloadBytes(bytes), samples, endMs - startMs)) return;
    if (this.#track === undefined || this.#gathering !== undefined || this.#isLooking) return;
    const { signs } = this.#signs;
    const reason = this.#times.due(signs, this.#of.clock.monotonicNowMs());
    if (reason !== undefined) this.#gathering = { reason, signs, footage: [this.#track.bytes], ms: 0 };
  }

  ended(): void {
    this.#hasEnded = true;
    this.#of.tell(undefined);
  }

  #gather(gathering: Gathering, bytes: Uint8Array, durationMs: number): void {
    const { reason, signs, footage } = gathering;
    footage.push(bytes);
    gathering.ms += durationMs;
    if (gathering.ms < heardMs || this.#track === undefined) return;
    this.#gathering = undefined;
    this.#isLooking = true;
    const { sampleRateHz } = this.#track.init;
    this.#of.desk.look(
      reason,
      async (decoder, signal) => decoder.sound(footage, signal),
      (samples) => this.#looked(samples, sampleRateHz, signs),
    );
  }

  #looked(samples: Int16Array | undefined, rateHz: number, signs: ReadonlySet<SoundSign>): void {
    this.#isLooking = false;
    // The decoder's first frame lacks the one before it.
    if (samples !== undefined && samples.length > rateHz / 2)
      this.#heard = soundFault(soundFacts(samples.subarray(2_048), rateHz));
    this.#times.looked(this.#heard !== undefined, signs, this.#of.clock.monotonicNowMs());
    if (!this.#hasEnded) this.#of.tell(this.#heard);
  }
}
