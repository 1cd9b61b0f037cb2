/** What fingers, mouse and wheel mean on the timeline; positions in CSS pixels from its left edge. */
export interface GestureHandlers {
  tap(xPx: number): void;
  hover(xPx: number | undefined): void;
  panBy(deltaPx: number): void;
  /** `factor` above 1 shows more time. */
  zoomAt(factor: number, xPx: number): void;
  /** True when a drag that starts here moves the playhead instead of the view. */
  grabsPlayhead(xPx: number): boolean;
  scrub(xPx: number, done: boolean): void;
  select(fromPx: number, toPx: number): void;
}

type Drag = {
  readonly kind: 'undecided' | 'pan' | 'scrub' | 'select';
  readonly startPx: number;
  lastPx: number;
};
const slackPx = 4;

/** Listens on `element` until the signal aborts. Click seeks, drag pans, drag of the playhead scrubs, shift-drag selects, wheel and pinch zoom. */
export function listenToPointers(element: HTMLElement, handlers: GestureHandlers, signal: AbortSignal): void {
  const fingers = new Map<number, number>();
  let drag: Drag | undefined;
  let pinchPx = 0;
  let leftPx = 0;
  const xOfEvent = (event: MouseEvent) => event.clientX - leftPx;
  const measure = () => (leftPx = element.getBoundingClientRect().left);

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    measure();
    const xPx = xOfEvent(event);
    fingers.set(event.pointerId, xPx);
    element.setPointerCapture(event.pointerId);
    if (fingers.size === 2) {
      drag = undefined;
      pinchPx = distance(fingers);
      return;
    }
    const kind = event.shiftKey ? 'select' : handlers.grabsPlayhead(xPx) ? 'scrub' : 'undecided';
    drag = { kind, startPx: xPx, lastPx: xPx };
  };

  const move = (event: PointerEvent) => {
    if (fingers.size === 0) measure();
    const xPx = xOfEvent(event);
    if (!fingers.has(event.pointerId)) {
      if (event.pointerType !== 'touch') handlers.hover(xPx);
      return;
    }
    const middleBefore = middle(fingers);
    fingers.set(event.pointerId, xPx);
    if (fingers.size === 2) {
      const apart = distance(fingers);
      if (pinchPx > 0 && apart > 0) handlers.zoomAt(pinchPx / apart, middle(fingers));
      handlers.panBy(middle(fingers) - middleBefore);
      pinchPx = apart;
      return;
    }
    if (drag === undefined) return;
    if (drag.kind === 'undecided' && Math.abs(xPx - drag.startPx) > slackPx) drag = { ...drag, kind: 'pan' };
    if (drag.kind === 'pan') handlers.panBy(xPx - drag.lastPx);
    if (drag.kind === 'scrub') handlers.scrub(xPx, false);
    if (drag.kind === 'select' && Math.abs(xPx - drag.startPx) > slackPx) handlers.select(drag.startPx, xPx);
    drag.lastPx = xPx;
    if (drag.kind !== 'pan') handlers.hover(xPx);
  };

  const up = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId)) return;
    const ended = drag;
    drag = undefined;
    if (ended === undefined || event.type === 'pointercancel') return;
    if (ended.kind === 'scrub') handlers.scrub(xOfEvent(event), true);
    else if (ended.kind === 'undecided') handlers.tap(ended.startPx);
  };

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    measure();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) handlers.panBy(-sideways * unit);
    else
      handlers.zoomAt(Math.exp(Math.max(-300, Math.min(300, event.deltaY * unit)) * 0.0022), xOfEvent(event));
  };

  element.addEventListener('pointerdown', down, { signal });
  element.addEventListener('pointermove', move, { signal });
  element.addEventListener('pointerup', up, { signal });
  element.addEventListener('pointercancel', up, { signal });
  element.addEventListener('pointerleave', () => handlers.hover(undefined), { signal });
  element.addEventListener('wheel', wheel, { signal, passive: false });
}

function distance(fingers: ReadonlyMap<number, number>): number {
  const [a = 0, b = 0] = [...fingers.values()];
  return Math.abs(a - b);
}

function middle(fingers: ReadonlyMap<number, number>): number {
  const all = [...fingers.values()];
  return all.reduce((sum, xPx) => sum + xPx, 0) / Math.max(1, all.length);
}
