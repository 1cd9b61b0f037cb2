import { IconVolume, IconVolumeOff } from '@tabler/icons-react';
import type { TimelineLane } from '../timeline/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { MediaSlot, useAbsence } from './picture.tsx';
import type { PlaybackSession } from './playback-session.ts';
import type { PlayingSource, SessionSnapshot } from './session-snapshot.ts';

/** Every microphone is kept in step; one of them is heard. */
export function Microphones({
  session,
  snapshot,
  lanes,
  positionMs,
}: {
  readonly session: PlaybackSession;
  readonly snapshot: SessionSnapshot;
  readonly lanes: readonly TimelineLane[];
  readonly positionMs: number;
}) {
  const text = usePlaybackText();
  const microphones = snapshot.sources.filter(({ kind }) => kind === 'microphone');
  return (
    <section className="playback-sound" aria-label={text('sound.title')}>
      <header>
        <h2 className="section-title">{text('sound.title')}</h2>
        <button
          type="button"
          className="playback-tool"
          aria-pressed={snapshot.muted}
          disabled={microphones.length === 0}
          onClick={() => session.setMuted(!snapshot.muted)}
        >
          {snapshot.muted ? (
            <IconVolumeOff size={16} aria-hidden="true" />
          ) : (
            <IconVolume size={16} aria-hidden="true" />
          )}
          {text(snapshot.muted ? 'sound.unmute' : 'sound.mute')}
        </button>
      </header>
      {microphones.length === 0 ? <p>{text('sound.none')}</p> : null}
      {microphones.map((source) => (
        <Microphone
          key={source.id}
          {...{ session, source, positionMs }}
          heard={source.id === snapshot.heardId && !snapshot.muted}
          lane={lanes.find(({ id }) => id === source.id)}
        />
      ))}
    </section>
  );
}

function Microphone({
  session,
  source,
  heard,
  lane,
  positionMs,
}: {
  readonly session: PlaybackSession;
  readonly source: PlayingSource;
  readonly heard: boolean;
  readonly lane: TimelineLane | undefined;
  readonly positionMs: number;
}) {
  const text = usePlaybackText();
  const absence = useAbsence(source, lane, positionMs);
  return (
    <div className="playback-microphone">
      <button
        type="button"
        aria-pressed={heard}
        title={text('sound.hear', { name: source.name })}
        onClick={() => session.hear(source.id)}
      >
        {heard ? <IconVolume size={16} aria-hidden="true" /> : <IconVolumeOff size={16} aria-hidden="true" />}
        <span>{source.name}</span>
        {heard ? <small>{text('sound.heard')}</small> : null}
      </button>
      {absence === undefined ? null : <p>{absence}</p>}
      <MediaSlot session={session} sourceId={source.id} />
    </div>
  );
}
