import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { describeSpan, spanAt } from './describe-span.ts';
import { GapTable } from './gap-table.tsx';
import { HoverCard, type Hover } from './hover-card.tsx';
import { useTimelineText } from './i18n/index.ts';
import { clockText, dateText } from './local-time.ts';
import { TimelineCanvas } from './timeline-canvas.ts';
import type { Selection, TimelineBookmark, TimelineLane } from './timeline-content.ts';
import { msPerPx, nearestStep, pan, spanOf, type Viewport } from './viewport.ts';
import { ZoomButtons } from './zoom-buttons.tsx';
import './timeline.css';

/** For what changes with every screen frame, past React. */
export interface TimelineHandle {
  movePlayhead(atMs: number | undefined, following: boolean): void;
  /** `factor` above 1 shows more time. */
  zoom(factor: number): void;
  /** Shows the moment, keeping the zoom, when it is out of sight. */
  reveal(atMs: number): void;
  readonly lastDrawMs: number;
}

export interface TimelineProps {
  readonly ref?: Ref<TimelineHandle>;
  readonly initialView: { readonly fromMs: number; readonly toMs: number };
  readonly lanes: readonly TimelineLane[];
  readonly bookmarks: readonly TimelineBookmark[];
  readonly markInMs?: number | undefined;
  readonly markOutMs?: number | undefined;
  readonly grantedFromMs?: number | undefined;
  readonly grantedToMs?: number | undefined;
  readonly nowMs?: number | undefined;
  /** Seconds-fresh, for screen readers; the drawn playhead moves through the handle. */
  readonly playheadMs?: number | undefined;
  readonly thumbnailUrl?: (atMs: number) => string | undefined;
  readonly onSeek: (atMs: number) => void;
  readonly onScrub?: (atMs: number) => void;
  readonly onSelect?: (selection: Selection) => void;
  /** The part on screen, told when it has rested for a moment. */
  readonly onViewSettled?: (view: { readonly fromMs: number; readonly toMs: number }) => void;
}

const settleMs = 180;

export function Timeline({ ref, ...props }: TimelineProps) {
  const text = useTimelineText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const timeline = useRef<TimelineCanvas>(undefined);
  const [view, setView] = useState<Viewport>({ ...props.initialView, widthPx: 1 });
  const [hover, setHover] = useState<Hover>();
  const [soughtMs, setSought] = useState<number>();
  const seek = useEffectEvent((atMs: number) => {
    setSought(atMs);
    props.onSeek(atMs);
  });
  const scrub = useEffectEvent((atMs: number) => (props.onScrub ?? props.onSeek)(atMs));
  const select = useEffectEvent((selection: Selection) => props.onSelect?.(selection));
  const first = useEffectEvent(() => ({ ...props.initialView, widthPx: 1 }));

  useEffect(() => {
    if (canvas.current === null) return;
    const made = new TimelineCanvas(canvas.current, first(), {
      seek: (atMs) => seek(atMs),
      scrub: (atMs) => scrub(atMs),
      select: (selection) => select(selection),
      hover: setHover,
      viewChanged: setView,
    });
    timeline.current = made;
    return () => made.close();
  }, []);

  const { lanes, bookmarks, markInMs, markOutMs, grantedFromMs, grantedToMs, nowMs, thumbnailUrl } = props;
  useEffect(() => {
    timeline.current?.update({ lanes, bookmarks, markInMs, markOutMs, grantedFromMs, grantedToMs, nowMs });
  }, [lanes, bookmarks, markInMs, markOutMs, grantedFromMs, grantedToMs, nowMs]);

  const settled = useEffectEvent((fromMs: number, toMs: number) => props.onViewSettled?.({ fromMs, toMs }));
  useEffect(() => {
    const timer = setTimeout(() => settled(view.fromMs, view.toMs), settleMs);
    return () => clearTimeout(timer);
  }, [view.fromMs, view.toMs]);

  useImperativeHandle(
    ref,
    () => ({
      movePlayhead: (atMs, following) => timeline.current?.movePlayhead(atMs, following),
      zoom: (factor) => timeline.current?.zoom(factor),
      reveal: (atMs) => {
        const shown = timeline.current?.view;
        if (shown === undefined || (atMs >= shown.fromMs && atMs <= shown.toMs)) return;
        timeline.current?.show(pan(shown, atMs - (shown.fromMs + spanOf(shown) / 2)));
      },
      get lastDrawMs() {
        return timeline.current?.lastDrawMs ?? 0;
      },
    }),
    [],
  );

  const { playheadMs } = props;
  const valueText =
    playheadMs === undefined
      ? text('look.none')
      : [
          `${dateText(playheadMs)} ${clockText(playheadMs)}`,
          ...lanes.map((lane) => `${lane.name}: ${describeSpan(text, spanAt(lane.spans, playheadMs))}`),
        ].join(', ');
  return (
    <div className="timeline">
      <div className="timeline-bar">
        <Legend />
        <ZoomButtons
          step={nearestStep(view)}
          onStep={(spanMs) => timeline.current?.zoomToSpan(spanMs)}
          onZoom={(factor) => timeline.current?.zoom(factor)}
        />
      </div>
      <div className="timeline-body">
        <div
          className="timeline-stage"
          role="slider"
          tabIndex={0}
          aria-label={text('label')}
          aria-orientation="horizontal"
          aria-valuemin={Math.round(view.fromMs)}
          aria-valuemax={Math.round(view.toMs)}
          aria-valuenow={Math.round(Math.min(view.toMs, Math.max(view.fromMs, playheadMs ?? view.fromMs)))}
          aria-valuetext={valueText}
          onKeyDown={(event) => {
            const step = { PageUp: -0.5, PageDown: 0.5 }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            const shown = timeline.current;
            shown?.show(pan(shown.view, spanOf(shown.view) * step));
          }}
        >
          <canvas ref={canvas} />
          {hover === undefined ? null : (
            <HoverCard
              hover={hover}
              widthPx={view.widthPx}
              lanes={lanes}
              // What was clicked on is on its way to the large picture: a small one would only delay it.
              thumbnailUrl={isSamePixel(view, hover.atMs, soughtMs) ? undefined : thumbnailUrl}
            />
          )}
        </div>
      </div>
      <GapTable lanes={lanes} fromMs={view.fromMs} toMs={view.toMs} />
    </div>
  );
}

function isSamePixel(view: Viewport, atMs: number, otherMs: number | undefined): boolean {
  return otherMs !== undefined && Math.abs(atMs - otherMs) <= msPerPx(view);
}

const legend = ['sealed', 'open', 'gap', 'gap-explained', 'pending'] as const;

function Legend() {
  const text = useTimelineText();
  return (
    <ul className="timeline-legend">
      {legend.map((look) => (
        <li key={look}>
          <i className={`timeline-swatch timeline-swatch-${look}`} aria-hidden="true" />
          {text(`look.${look}`)}
        </li>
      ))}
    </ul>
  );
}
