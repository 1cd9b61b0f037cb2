import type { Placement } from './media-map.ts';
import type { Player } from './player.ts';
import { assumedKeyframe, keyframeBefore } from './keyframes.ts';
import { atRest, byKeyframes, type Shuttle } from './shuttle.ts';
import { steer } from './steering.ts';

/** What just happened to the clock that a person should be told. */
export type ClockEvent =
  | { readonly kind: 'skipped'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'ended'; readonly atMs: number };

export interface ConductorListeners {
  /** The position after every tick in which it moved. */
  moved(utcMs: number): void;
  changed(): void;
  event(event: ClockEvent): void;
  /** Called for each source that showed footage of this moment. */
  shown(sourceId: string, utcMs: number, rate: number): void;
}

/** A longer pause between ticks (a hidden page) is not made up for. */
const longestTickMs = 250;
/** So long the other elements hold back for the leading picture after a seek. */
const othersWaitMostMs = 700;

/**
 * Keeps all angles and microphones of a counter on one UTC clock. The chosen camera leads: while it has footage the
 * clock is where its picture is; in its gaps the clock runs by itself. The others are steered to the clock. Knows
 * nothing of the DOM: `tick` is called once per screen frame.
 */
export class Conductor {
  readonly #listeners: ConductorListeners;
  #players: readonly Player[] = [];
  #leadId: string | undefined;
  #positionMs: number;
  #shuttle: Shuttle = atRest;
  #lastTickMs: number | undefined;
  #skipGaps = true;
  #range: { readonly fromMs: number; readonly toMs: number } | undefined;
  #keyframes = new Map<string, readonly number[]>();
  #shownKeyframe = new Map<string, number>();
  /** Elements wait at the place of the last seek until they are there. */
  #pendingSeek = false;
  /** How long the others have been holding back; undefined when they are placed. */
  #othersWaitMs: number | undefined;

  constructor(startMs: number, listeners: ConductorListeners) {
    this.#positionMs = startMs;
    this.#listeners = listeners;
  }

  get positionMs(): number {
    return this.#positionMs;
  }
  get shuttle(): Shuttle {
    return this.#shuttle;
  }
  get leadId(): string | undefined {
    return this.#lead()?.sourceId;
  }
  get skipGaps(): boolean {
    return this.#skipGaps;
  }
  /** True while the leading picture is being fetched. */
  get waiting(): boolean {
    const lead = this.#lead();
    return lead !== undefined && (lead.status.state === 'loading' || lead.waiting);
  }

  setSkipGaps(skip: boolean): void {
    this.#skipGaps = skip;
    this.#listeners.changed();
  }

  /** Nothing outside is played; the clock stops at its ends. */
  setRange(range: { readonly fromMs: number; readonly toMs: number } | undefined): void {
    this.#range = range;
  }

  setPlayers(players: readonly Player[]): void {
    this.#players = players;
    this.#shownKeyframe.clear();
    this.align();
  }

  setLead(sourceId: string): void {
    this.#leadId = sourceId;
    this.#listeners.changed();
  }

  setKeyframes(sourceId: string, keyframes: readonly number[]): void {
    this.#keyframes.set(sourceId, keyframes);
  }

  setShuttle(shuttle: Shuttle): void {
    const before = this.#shuttle;
    this.#shuttle = shuttle;
    this.#lastTickMs = undefined;
    if (!shuttle.playing || byKeyframes(shuttle.rate)) for (const player of this.#players) player.halt();
    if (byKeyframes(before.rate) !== byKeyframes(shuttle.rate) || before.playing !== shuttle.playing)
      this.align();
    this.#listeners.changed();
  }

  seek(utcMs: number): void {
    const range = this.#range;
    this.#positionMs = range === undefined ? utcMs : Math.max(range.fromMs, Math.min(range.toMs - 1, utcMs));
    this.#shownKeyframe.clear();
    this.align();
    this.#listeners.moved(this.#positionMs);
  }

  /**
   * Puts every element where the clock is: the leading one at once, so that nothing slows its picture; then the others.
   * `because`: a source that has become playable. When that is another, the leading picture stays as it is: put anew
   * where its playlist now says the moment lies, it could change by a frame before somebody's eyes.
   */
  align(because?: string): void {
    const lead = this.#lead();
    if (lead !== undefined && (because === undefined || because === lead.sourceId)) this.#put(lead);
    this.#othersWaitMs = 0;
    this.#pendingSeek = true;
    this.#lastTickMs = undefined;
  }

  /** The next thing for every element to do, at `nowMs` of a monotonic clock. */
  tick(nowMs: number): void {
    const elapsedMs = Math.min(longestTickMs, nowMs - (this.#lastTickMs ?? nowMs));
    this.#lastTickMs = nowMs;
    if (!this.#shuttle.playing) {
      this.#putOthers(elapsedMs);
      return;
    }
    const before = this.#positionMs;
    if (byKeyframes(this.#shuttle.rate)) this.#tickKeyframes(elapsedMs);
    else this.#tickFull(elapsedMs);
    if (this.#positionMs !== before) this.#listeners.moved(this.#positionMs);
  }

  #lead(): Player | undefined {
    return (
      this.#players.find((player) => player.sourceId === this.#leadId) ??
      this.#players.find((player) => player.kind === 'camera') ??
      this.#players[0]
    );
  }

  #put(player: Player): void {
    if (player.status.state !== 'ready') return;
    const place = player.place(this.#positionMs);
    if (place.kind === 'at') player.seek(place.mediaS);
    else player.halt();
  }

  #putOthers(elapsedMs: number): void {
    if (this.#othersWaitMs === undefined) return;
    this.#othersWaitMs += elapsedMs;
    const lead = this.#lead();
    if (lead?.status.state === 'ready' && lead.waiting && this.#othersWaitMs < othersWaitMostMs) return;
    this.#othersWaitMs = undefined;
    for (const player of this.#players) if (player !== lead) this.#put(player);
  }

  #tickFull(elapsedMs: number): void {
    const { rate } = this.#shuttle;
    const lead = this.#lead();
    if (lead === undefined || lead.status.state === 'loading') return;
    const place: Placement = lead.status.state === 'ready' ? lead.place(this.#positionMs) : { kind: 'gap' };
    if (place.kind === 'gap') {
      lead.halt();
      if (!this.#runFree(elapsedMs * rate)) return;
    } else if (lead.waiting) {
      for (const player of this.#players) if (player !== lead) player.halt();
      if (!lead.running) lead.run(rate);
      return;
    } else if (!lead.running) {
      if (!this.#pendingSeek) lead.seek(place.mediaS);
      lead.run(rate);
    } else this.#followLead(lead, elapsedMs * rate);
    this.#pendingSeek = false;
    if (lead.running) {
      lead.run(rate);
      this.#listeners.shown(lead.sourceId, this.#positionMs, rate);
    }
    for (const player of this.#players) if (player !== lead) this.#steer(player, rate);
  }

  /** The picture is where the clock is, unless its footage broke off: then the clock goes on through the gap, or over it. */
  #followLead(lead: Player, stepMs: number): void {
    const atMs = lead.utcNow();
    const endMs = lead.unbrokenEnd(this.#positionMs);
    if (atMs !== undefined && !lead.ended && (endMs === undefined || atMs <= endMs)) {
      this.#positionMs = atMs;
      return;
    }
    this.#leaveFootage(lead, endMs ?? this.#positionMs, stepMs);
  }

  #leaveFootage(lead: Player, endMs: number, stepMs: number): void {
    this.#positionMs = endMs + 1;
    lead.halt();
    this.#runFree(stepMs);
  }

  /** Moves the clock without a leading picture. False when there is nowhere to go. */
  #runFree(stepMs: number): boolean {
    const holes = this.#players.flatMap((player) =>
      player.status.state === 'ready' ? [player.place(this.#positionMs)] : [],
    );
    const forwards = stepMs >= 0;
    const nothing = holes.every((place) => place.kind === 'gap');
    if (nothing) {
      const ends = holes.flatMap((place) => {
        if (place.kind !== 'gap') return [];
        const end = forwards ? place.nextStartMs : place.previousEndMs;
        return end === undefined ? [] : [end];
      });
      if (ends.length === 0) return this.#end();
      if (this.#skipGaps) {
        const fromMs = this.#positionMs;
        this.#positionMs = forwards ? Math.min(...ends) : Math.max(...ends) - 1;
        this.#listeners.event({ kind: 'skipped', fromMs, toMs: this.#positionMs });
        return true;
      }
    }
    return this.#advance(stepMs);
  }

  #advance(stepMs: number): boolean {
    const next = this.#positionMs + stepMs;
    if (this.#range !== undefined && (next >= this.#range.toMs || next < this.#range.fromMs))
      return this.#end();
    this.#positionMs = next;
    return true;
  }

  #end(): false {
    this.setShuttle({ playing: false, rate: this.#shuttle.rate });
    this.#listeners.event({ kind: 'ended', atMs: this.#positionMs });
    return false;
  }

  #steer(player: Player, rate: number): void {
    if (player.status.state !== 'ready') return;
    const place = player.place(this.#positionMs);
    if (place.kind === 'gap') {
      player.halt();
      return;
    }
    const atMs = player.utcNow();
    if (!player.running || atMs === undefined) {
      if (!player.waiting && (atMs === undefined || Math.abs(atMs - this.#positionMs) > 40))
        player.seek(place.mediaS);
      player.run(rate);
      return;
    }
    if (player.waiting) return;
    const steering = steer(atMs - this.#positionMs, rate);
    if (steering.kind === 'seek') player.seek(place.mediaS);
    else player.run(steering.rate);
    this.#listeners.shown(player.sourceId, this.#positionMs, rate);
  }

  /** Paced by the wall clock: a picture that comes too late is left out rather than waited for. */
  #tickKeyframes(elapsedMs: number): void {
    const { rate } = this.#shuttle;
    if (!this.#runFree(elapsedMs * rate)) return;
    for (const player of this.#players) {
      if (player.kind !== 'camera' || player.status.state !== 'ready' || player.waiting) continue;
      const keyframe = this.#keyframeFor(player.sourceId);
      if (keyframe === undefined || this.#shownKeyframe.get(player.sourceId) === keyframe) continue;
      const place = player.place(keyframe);
      if (place.kind === 'gap') continue;
      player.seek(place.mediaS);
      this.#shownKeyframe.set(player.sourceId, keyframe);
      this.#listeners.shown(player.sourceId, keyframe, rate);
    }
  }

  #keyframeFor(sourceId: string): number | undefined {
    const known = this.#keyframes.get(sourceId);
    return known === undefined || known.length === 0
      ? assumedKeyframe(this.#positionMs)
      : keyframeBefore(known, this.#positionMs + 1);
  }
}
