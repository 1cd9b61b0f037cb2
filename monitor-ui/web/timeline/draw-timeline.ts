import type { LaneLayout } from './lane-layout.ts';
import { laneMarks, type Look } from './lane-marks.ts';
import type { Palette } from './palette.ts';
import { ticksOf } from './ticks.ts';
import { selectionOf, type TimelineContent } from './timeline-content.ts';
import { xOf, type Viewport } from './viewport.ts';

export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly fills: Record<Look, string | CanvasPattern>;
}

/** Paints everything; coordinates are CSS pixels, the caller has scaled the context to the screen's. */
export function drawTimeline(
  brush: Brush,
  view: Viewport,
  layout: LaneLayout,
  content: TimelineContent,
): void {
  brush.context.clearRect(0, 0, view.widthPx, layout.heightPx);
  drawTicks(brush, view, layout);
  content.lanes.forEach((lane, index) => {
    const top = layout.laneTop(index);
    for (const mark of laneMarks(view, lane.spans)) {
      brush.context.fillStyle = brush.fills[mark.look];
      brush.context.fillRect(mark.xPx, top, mark.widthPx, layout.laneHeightPx);
    }
  });
  drawOutsideGrant(brush, view, layout, content);
  drawNow(brush, view, layout, content.nowMs);
  drawSelection(brush, view, layout, content);
  drawBookmarks(brush, view, layout, content);
  drawHover(brush, view, layout, content.hoverMs);
  drawPlayhead(brush, view, layout, content.playheadMs);
}

/** A hair line is sharp only on half pixels. */
const crisp = (xPx: number) => Math.round(xPx) + 0.5;

function drawTicks({ context, palette }: Brush, view: Viewport, layout: LaneLayout): void {
  context.font = `10.5px ${palette.font}`;
  context.textBaseline = 'top';
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  context.beginPath();
  const ticks = ticksOf(view);
  for (const tick of ticks) {
    const x = crisp(xOf(view, tick.atMs));
    context.moveTo(x, tick.major ? 0 : layout.tickHeightPx - 5);
    context.lineTo(x, layout.heightPx);
  }
  context.moveTo(0, layout.tickHeightPx - 0.5);
  context.lineTo(view.widthPx, layout.tickHeightPx - 0.5);
  context.stroke();
  for (const tick of ticks) {
    context.fillStyle = tick.major ? palette.text : palette.muted;
    context.fillText(tick.label, xOf(view, tick.atMs) + 4, 3);
  }
}

function drawOutsideGrant(
  { context, palette }: Brush,
  view: Viewport,
  layout: LaneLayout,
  content: TimelineContent,
): void {
  const { grantedFromMs, grantedToMs } = content;
  if (grantedFromMs === undefined || grantedToMs === undefined) return;
  context.globalAlpha = 0.5;
  context.fillStyle = palette.panel;
  const top = layout.laneTop(0);
  const height = layout.lanesBottomPx - top;
  const left = Math.max(0, xOf(view, grantedFromMs));
  const right = Math.min(view.widthPx, xOf(view, grantedToMs));
  if (left > 0) context.fillRect(0, top, Math.min(left, view.widthPx), height);
  if (right < view.widthPx)
    context.fillRect(Math.max(0, right), top, view.widthPx - Math.max(0, right), height);
  context.globalAlpha = 1;
}

function drawNow(
  { context, palette }: Brush,
  view: Viewport,
  layout: LaneLayout,
  nowMs: number | undefined,
): void {
  if (nowMs === undefined || nowMs < view.fromMs || nowMs > view.toMs) return;
  context.strokeStyle = palette.muted;
  context.setLineDash([2, 3]);
  line(context, crisp(xOf(view, nowMs)), layout.tickHeightPx, layout.heightPx);
  context.setLineDash([]);
}

function drawSelection(
  { context, palette }: Brush,
  view: Viewport,
  layout: LaneLayout,
  content: TimelineContent,
): void {
  const top = layout.tickHeightPx + 1;
  const bottom = layout.lanesBottomPx + 3;
  context.strokeStyle = context.fillStyle = palette.held;
  context.lineWidth = 1.5;
  const selection = selectionOf(content);
  if (selection !== undefined) {
    const left = Math.max(-4, xOf(view, selection.fromMs));
    const width = Math.min(view.widthPx + 4, xOf(view, selection.toMs)) - left;
    if (width > 0) {
      context.globalAlpha = 0.24;
      context.fillRect(left, top, width, bottom - top);
      context.globalAlpha = 1;
      context.strokeRect(left, top, width, bottom - top);
    }
  }
  for (const [atMs, lean] of [
    [content.markInMs, 1],
    [content.markOutMs, -1],
  ] as const) {
    if (atMs === undefined) continue;
    const x = xOf(view, atMs);
    line(context, x, top, bottom);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x + 7 * lean, top);
    context.lineTo(x, top + 9);
    context.fill();
  }
  context.lineWidth = 1;
}

function drawBookmarks(
  { context, palette }: Brush,
  view: Viewport,
  layout: LaneLayout,
  content: TimelineContent,
): void {
  const y = layout.laneTop(0) - 9;
  for (const bookmark of content.bookmarks) {
    const left = xOf(view, bookmark.fromMs);
    const right = xOf(view, bookmark.toMs);
    if (right < -6 || left > view.widthPx + 6) continue;
    context.fillStyle = palette.warn;
    context.globalAlpha = 0.45;
    context.fillRect(left, y + 4, Math.max(2, right - left), 3);
    context.globalAlpha = 1;
    const middle = (left + right) / 2;
    context.beginPath();
    context.moveTo(middle - 4, y - 5);
    context.lineTo(middle + 4, y - 5);
    context.lineTo(middle + 4, y + 6);
    context.lineTo(middle, y + 2.5);
    context.lineTo(middle - 4, y + 6);
    context.fill();
  }
}

function drawHover(
  { context, palette }: Brush,
  view: Viewport,
  layout: LaneLayout,
  hoverMs: number | undefined,
): void {
  if (hoverMs === undefined) return;
  context.strokeStyle = palette.muted;
  line(context, crisp(xOf(view, hoverMs)), layout.tickHeightPx, layout.heightPx);
}

function drawPlayhead(
  { context, palette }: Brush,
  view: Viewport,
  layout: LaneLayout,
  playheadMs: number | undefined,
): void {
  if (playheadMs === undefined) return;
  const x = xOf(view, playheadMs);
  if (x < -8 || x > view.widthPx + 8) return;
  context.strokeStyle = context.fillStyle = palette.text;
  context.lineWidth = 1.5;
  line(context, x, layout.tickHeightPx - 2, layout.heightPx);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x - 6, layout.tickHeightPx - 8);
  context.lineTo(x + 6, layout.tickHeightPx - 8);
  context.lineTo(x, layout.tickHeightPx + 1);
  context.fill();
}

function line(context: CanvasRenderingContext2D, xPx: number, fromPx: number, toPx: number): void {
  context.beginPath();
  context.moveTo(xPx, fromPx);
  context.lineTo(xPx, toPx);
  context.stroke();
}
