import { Button } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { describeSpan, spanAt, useTimelineText, type TimelineLane } from '../timeline/index.ts';
import { useMe } from '../app/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import type { PlaybackSession } from './playback-session.ts';
import type { PlayingSource } from './session-snapshot.ts';

/** Puts a source's media element into the page; it stays the same element wherever it is shown. */
export function MediaSlot({
  session,
  sourceId,
}: {
  readonly session: PlaybackSession;
  readonly sourceId: string;
}) {
  const slot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = session.elementOf(sourceId);
    if (element === undefined || slot.current === null) return;
    slot.current.append(element);
    return () => element.remove();
  }, [session, sourceId]);
  return <div ref={slot} className="playback-media" />;
}

/** Why there is no picture or sound at the moment; undefined when there is footage. */
export function useAbsence(
  source: PlayingSource,
  lane: TimelineLane | undefined,
  positionMs: number,
): string | undefined {
  const text = usePlaybackText();
  const timelineText = useTimelineText();
  if (source.status.state === 'failed') return text(`status.${source.status.cause}`);
  const span = lane === undefined ? undefined : spanAt(lane.spans, positionMs);
  if (span !== undefined && span.kind !== 'footage') {
    return `${text(source.kind === 'camera' ? 'no-footage' : 'no-footage-sound')} · ${describeSpan(timelineText, span)}`;
  }
  if (source.status.state === 'empty') return text('status.empty');
  return undefined;
}

export function Picture({
  session,
  source,
  lane,
  positionMs,
  large,
  children,
}: {
  readonly session: PlaybackSession;
  readonly source: PlayingSource;
  readonly lane: TimelineLane | undefined;
  readonly positionMs: number;
  readonly large: boolean;
  readonly children?: ReactNode;
}) {
  const text = usePlaybackText();
  const me = useMe();
  const absence = useAbsence(source, lane, positionMs);
  const failed = source.status.state === 'failed' || (source.status.state === 'empty' && large);
  return (
    <figure className={large ? 'playback-picture playback-picture-large' : 'playback-picture'}>
      <MediaSlot session={session} sourceId={source.id} />
      <div className="playback-watermark" aria-hidden="true">
        {me.person.displayName} · {me.person.username}
      </div>
      {absence === undefined ? null : (
        <div className="playback-absence" role={large ? 'status' : undefined}>
          <p>{absence}</p>
          {failed && large ? (
            <Button variant="default" onClick={() => session.renew()}>
              {text(
                source.status.state === 'failed' && source.status.cause === 'expired'
                  ? 'grant.renew'
                  : 'status.retry',
              )}
            </Button>
          ) : null}
        </div>
      )}
      <figcaption>
        {source.name}
        {source.transcoded ? <em>{text('transcoded')}</em> : null}
      </figcaption>
      {children}
      {large ? null : (
        <button
          type="button"
          className="playback-swap"
          aria-label={text('picture.show-large', { name: source.name })}
          onClick={() => session.setLead(source.id)}
        />
      )}
    </figure>
  );
}
