import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import type { FootageObserver } from '../capture/index.ts';
import type { FaultBoard } from '../faults/index.ts';
import type { ContentFault } from './content-fault.ts';
import { LookDesk, type FootageDecoder } from './look-desk.ts';
import { PictureWatch } from './picture-watch.ts';
import { SoundWatch } from './sound-watch.ts';

export interface ContentWatchSettings {
  /** A source nothing is wrong with is decoded this often. */
  readonly lookEveryMs: number;
  /** A keyframe that comes again within this time is footage played again. */
  readonly loopHorizonMs: number;
}

/** First turns begin when captures run, and one after the other. */
const firstTurnMs = { earliest: 20_000, apart: 3_000, places: 80 };

/**
 * Watches what all sources show and let hear, and puts what is wrong with it on the board. It is said in no log, metric or
 * health page of this recorder: the box may stand with whoever covers the lens.
 */
export class ContentWatch {
  readonly #of: {
    readonly board: Pick<FaultBoard, 'set' | 'clear'>;
    readonly clock: Clock;
    readonly settings: ContentWatchSettings;
  };
  readonly #desk: LookDesk;
  #sources = 0;

  constructor(of: {
    readonly board: Pick<FaultBoard, 'set' | 'clear'>;
    readonly clock: Clock;
    readonly settings: ContentWatchSettings;
    readonly decoder: FootageDecoder;
    readonly logger: Logger;
  }) {
    this.#of = of;
    this.#desk = new LookDesk(of);
  }

  /** What watches one source; see `ObserveFootage`. */
  observe(sourceId: SourceId): FootageObserver {
    const { clock, settings } = this.#of;
    const place = this.#sources++ % firstTurnMs.places;
    const parts = {
      desk: this.#desk,
      clock,
      tell: this.#teller(sourceId),
      everyMs: settings.lookEveryMs,
      firstMs: clock.monotonicNowMs() + firstTurnMs.earliest + place * firstTurnMs.apart,
    };
    let watch: FootageObserver | undefined;
    return {
      started: (init, bytes) => {
        watch ??=
          init.trackKind === 'picture'
            ? new PictureWatch({ ...parts, loopHorizonMs: settings.loopHorizonMs })
            : new SoundWatch(parts);
        watch.started(init, bytes);
      },
      fragment: (fragment) => watch?.fragment(fragment),
      ended: () => watch?.ended(),
    };
  }

  /** Ends the decoding under way; what stands on the board stays. */
  async close(): Promise<void> {
    await this.#desk.close();
  }

  #teller(sourceId: SourceId): (fault: ContentFault | undefined) => void {
    const { board } = this.#of;
    let told: ContentFault | undefined;
    return (fault) => {
      if (fault?.kind === told?.kind) return;
      if (told !== undefined) board.clear(told.kind, sourceId);
      if (fault !== undefined) board.set({ ...fault, sourceId });
      told = fault;
    };
  }
}
