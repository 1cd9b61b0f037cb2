import { drawTimeline, type Brush } from './draw-timeline.ts';
import { laneLayout, type LaneLayout } from './lane-layout.ts';
import { makeFills, readPalette } from './palette.ts';
import { listenToPointers } from './pointer-gestures.ts';
import type { Selection, TimelineContent } from './timeline-content.ts';
import { follow, pan, spanOf, timeAt, xOf, zoomBy, zoomTo, type Viewport } from './viewport.ts';

export interface TimelineListeners {
  seek(atMs: number): void;
  /** Every position while the playhead is being dragged. */
  scrub(atMs: number): void;
  select(selection: Selection): void;
  hover(at: { readonly atMs: number; readonly xPx: number } | undefined): void;
  viewChanged(view: Viewport): void;
}

/** A timeline on a canvas, redrawn at most once per screen frame and only when something changed. */
export class TimelineCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #listeners: TimelineListeners;
  readonly #stop = new AbortController();
  readonly #resize: ResizeObserver;
  readonly #theme: MutationObserver;
  #view: Viewport;
  #content: TimelineContent = { lanes: [], bookmarks: [] };
  #brush: Brush | undefined;
  #layout: LaneLayout = laneLayout(120, 1);
  #frame = 0;
  /** How long the last redraw took, for whoever measures. */
  lastDrawMs = 0;

  constructor(canvas: HTMLCanvasElement, view: Viewport, listeners: TimelineListeners) {
    this.#canvas = canvas;
    this.#view = view;
    this.#listeners = listeners;
    this.#resize = new ResizeObserver(() => this.#fitToBox());
    this.#resize.observe(canvas);
    this.#theme = new MutationObserver(() => this.#fitToBox());
    this.#theme.observe(canvas.ownerDocument.documentElement, { attributeFilter: ['data-theme'] });
    this.#fitToBox();
    this.#listen();
  }

  get view(): Viewport {
    return this.#view;
  }

  show(view: Viewport): void {
    this.#view = view;
    this.#redraw();
    this.#listeners.viewChanged(view);
  }

  /** Changes what is named and leaves the rest. */
  update(change: Partial<TimelineContent>): void {
    const lanesBefore = this.#content.lanes.length;
    this.#content = { ...this.#content, ...change };
    if (this.#content.lanes.length !== lanesBefore) {
      this.#layout = laneLayout(this.#layout.heightPx, this.#content.lanes.length);
    }
    this.#redraw();
  }

  /** Moves the playhead; `following` turns the page when it leaves the view. */
  movePlayhead(atMs: number | undefined, following: boolean): void {
    if (atMs === this.#content.playheadMs) return;
    this.update({ playheadMs: atMs });
    if (atMs === undefined || !following) return;
    const view = follow(this.#view, atMs);
    if (view !== this.#view) this.show(view);
  }

  zoom(factor: number, anchorMs = this.#anchor()): void {
    this.show(zoomBy(this.#view, factor, anchorMs));
  }

  zoomToSpan(spanMs: number): void {
    this.show(zoomTo(this.#view, spanMs, this.#anchor()));
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#stop.abort();
    this.#resize.disconnect();
    this.#theme.disconnect();
  }

  /** Buttons zoom about the playhead when it is in sight, else about the middle. */
  #anchor(): number {
    const { playheadMs } = this.#content;
    const seen = playheadMs !== undefined && playheadMs >= this.#view.fromMs && playheadMs <= this.#view.toMs;
    return seen ? playheadMs : (this.#view.fromMs + this.#view.toMs) / 2;
  }

  #fitToBox(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = this.#canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1;
    const context = this.#canvas.getContext('2d');
    if (context === null || clientWidth === 0) return;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const palette = readPalette(this.#canvas);
    this.#brush = { context, palette, fills: makeFills(context, palette, ratio) };
    this.#layout = laneLayout(clientHeight, this.#content.lanes.length);
    const spanMs = spanOf(this.#view);
    this.#view = { ...this.#view, toMs: this.#view.fromMs + spanMs, widthPx: clientWidth };
    this.#draw();
    this.#listeners.viewChanged(this.#view);
  }

  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#brush === undefined) return;
    const startedMs = performance.now();
    drawTimeline(this.#brush, this.#view, this.#layout, this.#content);
    this.lastDrawMs = performance.now() - startedMs;
  }

  #listen(): void {
    const time = (xPx: number) => timeAt(this.#view, xPx);
    listenToPointers(
      this.#canvas,
      {
        tap: (xPx) => this.#listeners.seek(time(xPx)),
        hover: (xPx) => {
          this.update({ hoverMs: xPx === undefined ? undefined : time(xPx) });
          this.#listeners.hover(xPx === undefined ? undefined : { atMs: time(xPx), xPx });
        },
        panBy: (deltaPx) => this.show(pan(this.#view, (-deltaPx * spanOf(this.#view)) / this.#view.widthPx)),
        zoomAt: (factor, xPx) => this.show(zoomBy(this.#view, factor, time(xPx))),
        grabsPlayhead: (xPx) => {
          const { playheadMs } = this.#content;
          return playheadMs !== undefined && Math.abs(xOf(this.#view, playheadMs) - xPx) <= 7;
        },
        scrub: (xPx, done) => (done ? this.#listeners.seek(time(xPx)) : this.#listeners.scrub(time(xPx))),
        select: (fromPx, toPx) => {
          const [fromMs, toMs] = [time(Math.min(fromPx, toPx)), time(Math.max(fromPx, toPx))];
          this.#listeners.select({ fromMs, toMs });
        },
      },
      this.#stop.signal,
    );
  }
}
