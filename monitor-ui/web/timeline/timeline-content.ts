import type { SourceKind, TimelineSpan } from '@minhbach/shared/protocol';

export interface TimelineLane {
  readonly id: string;
  readonly kind: SourceKind;
  readonly name: string;
  readonly spans: readonly TimelineSpan[];
}

export interface TimelineBookmark {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
}

/** All that is drawn beside the viewport. Times in UTC milliseconds. */
export interface TimelineContent {
  readonly lanes: readonly TimelineLane[];
  readonly bookmarks: readonly TimelineBookmark[];
  readonly playheadMs?: number | undefined;
  readonly hoverMs?: number | undefined;
  readonly markInMs?: number | undefined;
  readonly markOutMs?: number | undefined;
  /** Nothing can be played outside. */
  readonly grantedFromMs?: number | undefined;
  readonly grantedToMs?: number | undefined;
  readonly nowMs?: number | undefined;
}

export interface Selection {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The marked span, whichever of its ends was set first; undefined until both are. */
export function selectionOf(content: Pick<TimelineContent, 'markInMs' | 'markOutMs'>): Selection | undefined {
  const { markInMs, markOutMs } = content;
  if (markInMs === undefined || markOutMs === undefined || markInMs === markOutMs) return undefined;
  return { fromMs: Math.min(markInMs, markOutMs), toMs: Math.max(markInMs, markOutMs) };
}

export interface GapRow {
  readonly sourceName: string;
  readonly span: TimelineSpan;
}

/** Gaps of all lanes within a span, oldest first: the text alternative of the drawing and the selection's figures. */
export function gapsWithin(lanes: readonly TimelineLane[], fromMs: number, toMs: number): GapRow[] {
  return lanes
    .flatMap((lane) =>
      lane.spans
        .filter((span) => span.kind === 'gap' && span.to > fromMs && span.from < toMs)
        .map((span) => ({ sourceName: lane.name, span })),
    )
    .sort((a, b) => a.span.from - b.span.from);
}
