export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The shortest and longest span a timeline can show. */
const minSpanMs = secondMs;
const maxSpanMs = dayMs;

/** What is on screen: `fromMs..toMs` in UTC milliseconds over `widthPx` CSS pixels. */
export interface Viewport {
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthPx: number;
}

export const spanOf = (view: Viewport): number => view.toMs - view.fromMs;
export const msPerPx = (view: Viewport): number => spanOf(view) / Math.max(1, view.widthPx);
export const xOf = (view: Viewport, atMs: number): number => (atMs - view.fromMs) / msPerPx(view);
export const timeAt = (view: Viewport, xPx: number): number => view.fromMs + xPx * msPerPx(view);

const clampSpan = (spanMs: number) => Math.min(maxSpanMs, Math.max(minSpanMs, spanMs));

/** Shows `spanMs` (held to 1 s … 24 h) with `anchorMs` staying at the pixel where it is. */
export function zoomTo(view: Viewport, spanMs: number, anchorMs: number): Viewport {
  const span = clampSpan(spanMs);
  const share = Math.min(1, Math.max(0, (anchorMs - view.fromMs) / spanOf(view)));
  const fromMs = anchorMs - share * span;
  return { ...view, fromMs, toMs: fromMs + span };
}

/** `factor` above 1 shows more time, below 1 less. */
export function zoomBy(view: Viewport, factor: number, anchorMs: number): Viewport {
  return zoomTo(view, spanOf(view) * factor, anchorMs);
}

/** Moves later by `byMs` (earlier when negative). */
export function pan(view: Viewport, byMs: number): Viewport {
  return { ...view, fromMs: view.fromMs + byMs, toMs: view.toMs + byMs };
}

/** Turns the page when the playhead runs out at the right or left, so that it stays in sight while playing. */
export function follow(view: Viewport, atMs: number): Viewport {
  if (atMs >= view.fromMs && atMs <= view.toMs - spanOf(view) * 0.04) return view;
  const lead = atMs > view.fromMs ? 0.1 : 0.9;
  const fromMs = atMs - spanOf(view) * lead;
  return { ...view, fromMs, toMs: fromMs + spanOf(view) };
}

/** Steps of the zoom buttons, each a word people use. */
export const zoomSteps = [
  { name: 'day', spanMs: dayMs },
  { name: 'hour', spanMs: hourMs },
  { name: 'minute', spanMs: minuteMs },
  { name: 'second', spanMs: 5 * secondMs },
] as const;
export type ZoomStep = (typeof zoomSteps)[number]['name'];

/** The step whose span is nearest in ratio to what is shown. */
export function nearestStep(view: Viewport): ZoomStep {
  const distance = (spanMs: number) => Math.abs(Math.log(spanMs / spanOf(view)));
  return zoomSteps.reduce((best, step) => (distance(step.spanMs) < distance(best.spanMs) ? step : best)).name;
}
