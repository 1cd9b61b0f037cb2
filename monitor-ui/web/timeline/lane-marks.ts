import type { TimelineSpan } from '@minhbach/shared/protocol';
import { msPerPx, xOf, type Viewport } from './viewport.ts';

/** How a stretch of a lane looks. Each has a pattern of its own, so that none is told by colour alone. */
export type Look = 'sealed' | 'open' | 'pending' | 'gap' | 'gap-explained' | 'unregistered';

export interface LaneMark {
  readonly look: Look;
  readonly xPx: number;
  readonly widthPx: number;
}

export function lookOf(span: TimelineSpan): Look {
  switch (span.kind) {
    case 'footage':
      return span.sealed === false ? 'open' : 'sealed';
    case 'pending':
      return 'pending';
    case 'gap':
      return span.explained === true ? 'gap-explained' : 'gap';
    case 'unregistered':
      return 'unregistered';
  }
}

/** Index of the first span that ends after `atMs`. Spans are in order and touch. */
export function firstEndingAfter(spans: readonly TimelineSpan[], atMs: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? Infinity) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

const isGap = (look: Look) => look === 'gap' || look === 'gap-explained';
/** However short, a gap is never too narrow to be seen. */
const minGapPx = 2;

/**
 * What to paint for one source, left to right. Neighbours of one look become one rectangle, hence a day of minutes is
 * a handful; gaps come last, so that a short one lies on top of its neighbours at no less than 2 px.
 */
export function laneMarks(view: Viewport, spans: readonly TimelineSpan[]): LaneMark[] {
  const base: LaneMark[] = [];
  const gaps: LaneMark[] = [];
  const scale = msPerPx(view);
  let run: { look: Look; fromMs: number; toMs: number } | undefined;
  const flush = () => {
    if (run === undefined) return;
    const fromMs = Math.max(run.fromMs, view.fromMs);
    const toMs = Math.min(run.toMs, view.toMs);
    const xPx = xOf(view, fromMs);
    const widthPx = (toMs - fromMs) / scale;
    if (isGap(run.look)) gaps.push({ look: run.look, xPx, widthPx: Math.max(minGapPx, widthPx) });
    else base.push({ look: run.look, xPx, widthPx });
  };
  for (let index = firstEndingAfter(spans, view.fromMs); index < spans.length; index += 1) {
    const span = spans[index];
    if (span === undefined || span.from >= view.toMs) break;
    const look = lookOf(span);
    if (run?.look === look && span.from <= run.toMs) run.toMs = Math.max(run.toMs, span.to);
    else {
      flush();
      run = { look, fromMs: span.from, toMs: span.to };
    }
  }
  flush();
  return [...base, ...joinTouching(gaps)];
}

/** Gaps widened to 2 px may overlap; an unexplained one wins. Thousands of them then cost as many rectangles as pixels. */
function joinTouching(gaps: readonly LaneMark[]): LaneMark[] {
  const joined: LaneMark[] = [];
  for (const gap of gaps) {
    const last = joined.at(-1);
    if (
      last !== undefined &&
      gap.xPx <= last.xPx + last.widthPx &&
      (last.look === gap.look || gap.widthPx <= minGapPx)
    ) {
      joined[joined.length - 1] = {
        look: last.look === gap.look ? gap.look : 'gap',
        xPx: last.xPx,
        widthPx: Math.max(last.xPx + last.widthPx, gap.xPx + gap.widthPx) - last.xPx,
      };
    } else joined.push(gap);
  }
  return joined;
}
