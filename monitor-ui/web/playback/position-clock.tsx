import { useEffect, useRef } from 'react';
import { clockText, dateText } from '../timeline/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import type { PlaybackSession } from './playback-session.ts';

/** The big clock of the control bar: where playback is, local time. Written with every frame, past React. */
export function PositionClock({ session }: { readonly session: PlaybackSession }) {
  const text = usePlaybackText();
  const time = useRef<HTMLTimeElement>(null);
  const day = useRef<HTMLElement>(null);
  useEffect(() => {
    const write = (utcMs: number) => {
      if (time.current !== null) time.current.textContent = clockText(utcMs);
      if (day.current !== null) day.current.textContent = dateText(utcMs);
    };
    write(session.positionMs);
    return session.onMoved(write);
  }, [session]);
  return (
    <span className="playback-clock" title={text('clock.local')}>
      <time ref={time} />
      <small ref={day} />
    </span>
  );
}

/** The time of the frame on screen, to the millisecond, local and UTC, and whose clock it is. */
export function FrameStamp({ session }: { readonly session: PlaybackSession }) {
  const text = usePlaybackText();
  const local = useRef<HTMLElement>(null);
  const utc = useRef<HTMLElement>(null);
  useEffect(() => {
    const write = () => {
      const atMs = session.frameMs ?? session.positionMs;
      if (local.current !== null) local.current.textContent = clockText(atMs, true);
      if (utc.current !== null) utc.current.textContent = `${clockText(atMs, true, 0)} UTC`;
    };
    write();
    const stops = [session.onFrame(write), session.onMoved(write)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [session]);
  return (
    <div className="playback-stamp" title={text('clock.recorder')}>
      <b ref={local} />
      <span ref={utc} />
      <small>{text('clock.recorder')}</small>
    </div>
  );
}
