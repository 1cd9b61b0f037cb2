import type { Playback } from '@minhbach/shared/protocol';
import { Conductor, type ClockEvent } from './conductor.ts';
import { covers, grantWindow, type Span } from './grant-window.ts';
import { KeyframeStore } from './keyframe-store.ts';
import { playbackApi, reportPlayedOnLeaving } from './playback-api.ts';
import { PlayedLog } from './played-log.ts';
import type { GrantState, SessionSnapshot } from './session-snapshot.ts';
import { byKeyframes, pressBackward, pressForward, pressPause, type Shuttle } from './shuttle.ts';
import { SourceBench } from './source-bench.ts';

/** By what right this session plays. */
export type Right =
  | { readonly kind: 'reason'; readonly reason: string; readonly caseId?: string }
  | { readonly kind: 'go-back' }
  | { readonly kind: 'incident'; readonly incidentId: string; readonly span: Span; readonly reason?: string };

const reportEveryMs = 15_000;
const renewBeforeMs = 30_000;
const noticeMs = 5000;
const tellWaitingAfterMs = 250;

/** Playing one counter: the grant and its renewals, the elements, the clock, and the report of what was shown. */
export class PlaybackSession {
  readonly #counterId: string;
  readonly #right: Right;
  readonly #now: () => number;
  readonly #conductor: Conductor;
  readonly #bench: SourceBench;
  readonly #played = new PlayedLog();
  readonly #changed = new Set<() => void>();
  readonly #movedListeners = new Set<(utcMs: number) => void>();
  readonly #frameListeners = new Set<(utcMs: number) => void>();
  readonly #stop = new AbortController();
  #keyframes: KeyframeStore | undefined;
  #grant: GrantState = { state: 'asking' };
  #grantSpan: Span | undefined;
  #asked = 0;
  #heardId: string | undefined;
  #muted = false;
  #notice: ClockEvent | undefined;
  #waiting = true;
  #waitingSinceMs: number | undefined = Number.NEGATIVE_INFINITY;
  #snapshot: SessionSnapshot | undefined;
  #untold = false;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(counterId: string, startMs: number, right: Right, now: () => number) {
    this.#counterId = counterId;
    this.#right = right;
    this.#now = now;
    this.#conductor = new Conductor(startMs, {
      moved: (utcMs) => {
        for (const listener of this.#movedListeners) listener(utcMs);
      },
      changed: () => this.#tell(),
      event: (event) => this.#happened(event),
      shown: (sourceId, utcMs, rate) => this.#played.observe(sourceId, utcMs, rate),
    });
    this.#bench = new SourceBench({
      statusChanged: (sourceId) => {
        this.#conductor.align(sourceId);
        this.#tell();
      },
      frame: (sourceId, utcMs) => this.#frame(sourceId, utcMs),
    });
    void this.#ask(startMs);
    this.#run();
  }

  get snapshot(): SessionSnapshot {
    return (this.#snapshot ??= this.#compose());
  }
  get positionMs(): number {
    return this.#conductor.positionMs;
  }
  get grantSpan(): Span | undefined {
    return this.#grantSpan;
  }
  /** The wall clock of the leading picture's frame on screen. */
  get frameMs(): number | undefined {
    return this.#bench.player(this.#conductor.leadId)?.frameUtc();
  }
  /** How far a source is from the clock, ms; undefined where it has nothing to be compared. */
  offsetOf(sourceId: string): number | undefined {
    const atMs = this.#bench.player(sourceId)?.utcNow();
    return atMs === undefined ? undefined : atMs - this.#conductor.positionMs;
  }
  elementOf(sourceId: string): HTMLMediaElement | undefined {
    return this.#bench.player(sourceId)?.element;
  }

  subscribe(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }
  onMoved(moved: (utcMs: number) => void): () => void {
    this.#movedListeners.add(moved);
    return () => this.#movedListeners.delete(moved);
  }
  onFrame(shown: (utcMs: number) => void): () => void {
    this.#frameListeners.add(shown);
    return () => this.#frameListeners.delete(shown);
  }

  /** Goes there at once when the grant covers it; otherwise asks for another first, under the same right. */
  seek(utcMs: number): void {
    const span = this.#grantSpan;
    if (span === undefined || covers(span, utcMs) || !this.#canReach(utcMs)) {
      this.#conductor.seek(utcMs);
      return;
    }
    this.#conductor.setRange(undefined);
    this.#conductor.seek(utcMs);
    void this.#ask(utcMs);
  }
  nudge(byMs: number): void {
    this.seek(this.#conductor.positionMs + byMs);
  }
  /** One frame on or back, stopping first. */
  step(frames: 1 | -1): void {
    this.#setShuttle({ playing: false, rate: this.#conductor.shuttle.rate });
    const target = this.#bench.player(this.#conductor.leadId)?.stepTarget(frames);
    if (target !== undefined) this.#conductor.seek(target);
  }
  pause(): void {
    this.#setShuttle({ ...this.#conductor.shuttle, playing: false });
  }
  togglePlay(): void {
    this.#setShuttle(pressPause(this.#conductor.shuttle));
  }
  forward(): void {
    this.#setShuttle(pressForward(this.#conductor.shuttle));
  }
  backward(): void {
    this.#setShuttle(pressBackward(this.#conductor.shuttle));
  }
  setSpeed(rate: number): void {
    this.#setShuttle({ playing: true, rate });
  }
  setLead(sourceId: string): void {
    this.#conductor.setLead(sourceId);
  }
  setSkipGaps(skip: boolean): void {
    this.#conductor.setSkipGaps(skip);
  }
  hear(sourceId: string): void {
    this.#heardId = sourceId;
    this.#muted = false;
    this.#sound();
  }
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#sound();
  }
  /** Asks for the grant anew: after it expired, or when the recorder is back. */
  renew(): void {
    void this.#ask(this.#conductor.positionMs);
  }

  /** The page may be gone before an answer comes. */
  reportLeaving(): void {
    if (this.#grant.state === 'granted') reportPlayedOnLeaving(this.#grant.grant.id, this.#played.take());
  }

  close(): void {
    this.reportLeaving();
    this.#stop.abort();
    clearTimeout(this.#renewTimer);
    clearTimeout(this.#noticeTimer);
    this.#keyframes?.close();
    this.#bench.close();
  }

  #canReach(utcMs: number): boolean {
    return covers(grantWindow(utcMs, this.#now(), this.#windowKind()), utcMs);
  }

  #windowKind(): Parameters<typeof grantWindow>[2] {
    return this.#right.kind === 'incident' && this.#right.reason !== undefined
      ? { kind: 'reason' }
      : this.#right;
  }

  async #ask(atMs: number): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const span = grantWindow(atMs, this.#now(), this.#windowKind());
    void this.#report();
    this.#setGrant({ state: 'asking' });
    try {
      const grant = await playbackApi.grant({
        counterId: this.#counterId,
        from: Math.round(span.fromMs),
        to: Math.round(span.toMs),
        ...(this.#right.kind === 'go-back' || this.#right.reason === undefined
          ? {}
          : { reason: this.#right.reason }),
        ...(this.#right.kind === 'reason' && this.#right.caseId !== undefined
          ? { caseId: this.#right.caseId }
          : {}),
        ...(this.#right.kind === 'incident' ? { incidentId: this.#right.incidentId } : {}),
      });
      if (asked === this.#asked && !this.#stop.signal.aborted) this.#begin(grant);
    } catch (error) {
      if (asked === this.#asked && !this.#stop.signal.aborted) this.#setGrant({ state: 'refused', error });
    }
  }

  #begin(grant: Playback): void {
    this.#grantSpan = { fromMs: grant.from, toMs: grant.to };
    this.#grant = { state: 'granted', grant };
    this.#keyframes?.close();
    this.#keyframes = new KeyframeStore(
      async (sourceId, fromMs, toMs, signal) =>
        (await playbackApi.keyframes(grant.id, sourceId, fromMs, toMs, signal)).keyframes,
      (sourceId, keyframes) => this.#conductor.setKeyframes(sourceId, keyframes),
    );
    this.#conductor.setRange(this.#grantSpan);
    this.#bench.seat(grant.sources, this.#conductor.positionMs);
    this.#conductor.setPlayers(this.#bench.players);
    this.#heardId ??= grant.sources.find(({ kind }) => kind === 'microphone')?.id;
    clearTimeout(this.#renewTimer);
    const leftMs = grant.expiresAt - this.#now() - renewBeforeMs;
    this.#renewTimer = setTimeout(() => this.renew(), Math.max(5000, Math.min(leftMs, 2_000_000_000)));
    this.#sound();
  }

  #setGrant(grant: GrantState): void {
    this.#grant = grant;
    this.#tell();
  }

  #setShuttle(shuttle: Shuttle): void {
    this.#conductor.setShuttle(shuttle);
    this.#sound();
  }

  /** One microphone is heard, none while keyframes are shown. */
  #sound(): void {
    const silent = this.#muted || byKeyframes(this.#conductor.shuttle.rate);
    for (const player of this.#bench.players) {
      player.element.muted = silent || player.sourceId !== this.#heardId;
    }
    this.#tell();
  }

  #happened(event: ClockEvent): void {
    const more = event.kind === 'ended' && this.#right.kind === 'reason' && this.#conductor.shuttle.rate > 0;
    // What was recorded since the grant was given: go on into it.
    if (more && this.#grantSpan !== undefined && this.#now() - this.#grantSpan.toMs > 3000) {
      void this.#ask(event.atMs);
      return;
    }
    this.#notice = event;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.#notice = undefined;
      this.#tell();
    }, noticeMs);
    this.#tell();
  }

  #frame(sourceId: string, utcMs: number): void {
    const { playing, rate } = this.#conductor.shuttle;
    if (!playing) {
      this.#played.observe(sourceId, utcMs, 0);
      this.#played.observe(sourceId, utcMs + 40, 0);
    } else if (byKeyframes(rate)) this.#played.observe(sourceId, utcMs, rate);
    if (sourceId !== this.#conductor.leadId) return;
    for (const listener of this.#frameListeners) listener(utcMs);
  }

  #run(): void {
    const { signal } = this.#stop;
    const loop = (nowMs: number) => {
      if (signal.aborted) return;
      this.#conductor.tick(nowMs);
      const { shuttle, waiting } = this.#conductor;
      if (shuttle.playing && byKeyframes(shuttle.rate)) {
        const cameras = this.#bench.players.filter(({ kind }) => kind === 'camera');
        this.#keyframes?.need(
          cameras.map(({ sourceId }) => sourceId),
          this.#conductor.positionMs,
          shuttle.rate,
        );
      }
      this.#waited(waiting, nowMs);
      if (this.#untold) {
        this.#untold = false;
        for (const listener of this.#changed) listener();
      }
      requestAnimationFrame(loop);
    };
    requestAnimationFrame(loop);
    const reporting = setInterval(() => void this.#report(), reportEveryMs);
    signal.addEventListener('abort', () => clearInterval(reporting));
  }

  /** Most places sought are there sooner than words about waiting could be read. */
  #waited(waiting: boolean, nowMs: number): void {
    this.#waitingSinceMs = waiting ? (this.#waitingSinceMs ?? nowMs) : undefined;
    const isLong = this.#waitingSinceMs !== undefined && nowMs - this.#waitingSinceMs >= tellWaitingAfterMs;
    if (isLong === this.#waiting) return;
    this.#waiting = isLong;
    this.#tell();
  }

  async #report(): Promise<void> {
    if (this.#grant.state !== 'granted') return;
    const { id } = this.#grant.grant;
    const spans = this.#played.take();
    if (spans.length === 0) return;
    await playbackApi.played(id, spans).catch(() => this.#played.putBack(spans));
  }

  #compose(): SessionSnapshot {
    return {
      grant: this.#grant,
      sources: this.#bench.sources,
      leadId: this.#conductor.leadId,
      heardId: this.#heardId,
      muted: this.#muted,
      shuttle: this.#conductor.shuttle,
      waiting: this.#waiting,
      skipGaps: this.#conductor.skipGaps,
      notice: this.#notice,
    };
  }

  /** With the next screen frame, once for all that changed until then: a seek is under way before the page is drawn anew. */
  #tell(): void {
    if (this.#stop.signal.aborted) return;
    this.#snapshot = undefined;
    this.#untold = true;
  }
}
