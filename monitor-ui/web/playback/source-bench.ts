import type { GrantedSource } from './playback-api.ts';
import { playableUrl } from './playback-api.ts';
import type { PlayerState } from './player.ts';
import type { PlayingSource } from './session-snapshot.ts';
import { SourcePlayer } from './source-player.ts';

interface Seat {
  readonly player: SourcePlayer;
  source: GrantedSource;
  transcoded: boolean;
}

export interface BenchListeners {
  statusChanged(sourceId: string, status: PlayerState): void;
  frame(sourceId: string, utcMs: number): void;
}

/** The media elements of a counter's sources. They live here, not in the drawn page, hence survive being moved about. */
export class SourceBench {
  readonly #listeners: BenchListeners;
  readonly #seats = new Map<string, Seat>();

  constructor(listeners: BenchListeners) {
    this.#listeners = listeners;
  }

  get players(): readonly SourcePlayer[] {
    return [...this.#seats.values()].map(({ player }) => player);
  }
  get sources(): readonly PlayingSource[] {
    return [...this.#seats.values()].map(({ player, source, transcoded }) => ({
      id: source.id,
      kind: source.kind,
      name: source.name,
      codec: source.codec,
      status: player.status,
      transcoded,
    }));
  }
  player(sourceId: string | undefined): SourcePlayer | undefined {
    return sourceId === undefined ? undefined : this.#seats.get(sourceId)?.player;
  }

  /** Takes what a grant lists: keeps the elements of sources that stay, makes and drops the others. */
  seat(sources: readonly GrantedSource[], startMs: number): void {
    for (const [id, seat] of this.#seats) {
      if (sources.some((source) => source.id === id)) continue;
      seat.player.close();
      seat.player.element.remove();
      this.#seats.delete(id);
    }
    for (const source of sources) {
      const { url, transcoded } = playableUrl(source);
      const seat = this.#seats.get(source.id) ?? { player: this.#makePlayer(source), source, transcoded };
      seat.source = source;
      seat.transcoded = transcoded;
      this.#seats.set(source.id, seat);
      void seat.player.load(url, startMs);
    }
  }

  close(): void {
    for (const { player } of this.#seats.values()) {
      player.close();
      player.element.remove();
    }
    this.#seats.clear();
  }

  #makePlayer(source: GrantedSource): SourcePlayer {
    const element = document.createElement(source.kind === 'camera' ? 'video' : 'audio');
    element.muted = true;
    element.preload = 'auto';
    element.dataset['source'] = source.id;
    element.disableRemotePlayback = true;
    if (element instanceof HTMLVideoElement) {
      element.playsInline = true;
      element.disablePictureInPicture = true;
      element.setAttribute('aria-label', source.name);
    }
    return new SourcePlayer(source.id, source.kind, element, {
      statusChanged: (status) => this.#listeners.statusChanged(source.id, status),
      frame: (utcMs) => this.#listeners.frame(source.id, utcMs),
    });
  }
}
