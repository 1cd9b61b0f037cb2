import { useEffect, useState } from 'react';
import { describeSpan, spanAt } from './describe-span.ts';
import { useTimelineText } from './i18n/index.ts';
import { clockText } from './local-time.ts';
import type { TimelineLane } from './timeline-content.ts';

export interface Hover {
  readonly atMs: number;
  readonly xPx: number;
}

/** Asking for a picture waits until the pointer rests this long. */
const restMs = 90;

export function HoverCard({
  hover,
  widthPx,
  lanes,
  thumbnailUrl,
}: {
  readonly hover: Hover;
  readonly widthPx: number;
  readonly lanes: readonly TimelineLane[];
  readonly thumbnailUrl?: ((atMs: number) => string | undefined) | undefined;
}) {
  const text = useTimelineText();
  const [picture, setPicture] = useState<string>();
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setPicture(thumbnailUrl?.(hover.atMs)), restMs);
    return () => clearTimeout(timer);
  }, [hover.atMs, thumbnailUrl]);
  const halfPx = 92;
  const leftPx = Math.max(halfPx, Math.min(widthPx - halfPx, hover.xPx));
  const notable = lanes.filter((lane) => spanAt(lane.spans, hover.atMs)?.kind !== 'footage');
  return (
    <div className="timeline-hover" style={{ left: leftPx }} aria-hidden="true">
      {picture === undefined || picture === failed ? null : (
        <img src={picture} alt="" width={168} height={94} onError={() => setFailed(picture)} />
      )}
      <b>{clockText(hover.atMs, true)}</b>
      {notable.slice(0, 3).map((lane) => (
        <span key={lane.id}>
          {lane.name}: {describeSpan(text, spanAt(lane.spans, hover.atMs))}
        </span>
      ))}
    </div>
  );
}
