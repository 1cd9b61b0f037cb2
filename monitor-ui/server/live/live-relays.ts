import type { Quality, SourceKind } from '@minhbach/shared/protocol';
import type { Clock } from '@minhbach/shared/clock';
import type { RecorderId, SourceId } from '@minhbach/shared/units-of-measure';
import type { LiveTaker } from './live-feed.ts';
import { LiveRelay, type LiveUplink } from './live-relay.ts';

/** The relays in use, one per source and quality however many watch. */
export class LiveRelays {
  readonly #uplink: LiveUplink;
  readonly #clock: Clock;
  readonly #timing: { readonly lingerMs?: number };
  readonly #relays = new Map<string, LiveRelay>();

  constructor(uplink: LiveUplink, clock: Clock, timing: { readonly lingerMs?: number } = {}) {
    this.#uplink = uplink;
    this.#clock = clock;
    this.#timing = timing;
  }

  join(
    stream: {
      readonly recorderId: RecorderId;
      readonly sourceId: SourceId;
      readonly kind: SourceKind;
      readonly quality: Quality;
    },
    taker: LiveTaker,
  ): { leave(): void } {
    const key = `${stream.sourceId} ${stream.quality}`;
    let relay = this.#relays.get(key);
    if (relay === undefined) {
      relay = new LiveRelay({
        ...stream,
        ...this.#timing,
        uplink: this.#uplink,
        clock: this.#clock,
        onIdle: () => this.#relays.delete(key),
      });
      this.#relays.set(key, relay);
    }
    return relay.join(taker);
  }

  /** Channels open at recorders. */
  get open(): number {
    return this.#relays.size;
  }

  close(): void {
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
  }
}
