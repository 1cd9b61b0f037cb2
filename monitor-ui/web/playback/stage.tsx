import { Button, Loader } from '@mantine/core';
import type { TimelineLane } from '../timeline/index.ts';
import { useProblemText } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { Microphones } from './microphones.tsx';
import { Picture } from './picture.tsx';
import { FrameStamp } from './position-clock.tsx';
import type { PlaybackSession } from './playback-session.ts';
import type { SessionSnapshot } from './session-snapshot.ts';
import { byKeyframes } from './shuttle.ts';

/** The large picture, the other angles beside it, the microphones below those. */
export function Stage({
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
  const problemText = useProblemText();
  const cameras = snapshot.sources.filter(({ kind }) => kind === 'camera');
  const lead = cameras.find(({ id }) => id === snapshot.leadId) ?? cameras[0];
  const laneOf = (id: string) => lanes.find((lane) => lane.id === id);
  if (snapshot.grant.state === 'refused' && snapshot.sources.length === 0) {
    return (
      <div className="playback-stage playback-stage-empty">
        <div className="notice" role="alert">
          <p>{problemText(snapshot.grant.error)}</p>
          <Button variant="default" onClick={() => session.renew()}>
            {text('grant.renew')}
          </Button>
        </div>
      </div>
    );
  }
  const { playing, rate } = snapshot.shuttle;
  return (
    <div className="playback-stage">
      <div className="playback-lead">
        {lead === undefined ? (
          <div className="notice" role="status">
            {snapshot.grant.state === 'asking' ? <Loader size="sm" /> : null}
            <p>{text(snapshot.grant.state === 'asking' ? 'grant.asking' : 'nothing-recorded')}</p>
          </div>
        ) : (
          <Picture {...{ session, positionMs }} source={lead} lane={laneOf(lead.id)} large>
            <FrameStamp session={session} />
            {playing && byKeyframes(rate) ? (
              <span className="playback-keyframes">{text('keyframes')}</span>
            ) : null}
            {snapshot.waiting && (lead.status.state === 'ready' || lead.status.state === 'loading') ? (
              <span className="playback-buffering" role="status">
                {text('buffering')}
              </span>
            ) : null}
            {snapshot.grant.state === 'refused' ? (
              <div className="playback-refused" role="alert">
                {problemText(snapshot.grant.error)}
                <Button size="compact-sm" variant="default" onClick={() => session.renew()}>
                  {text('grant.renew')}
                </Button>
              </div>
            ) : null}
          </Picture>
        )}
      </div>
      <div className="playback-side">
        {cameras
          .filter(({ id }) => id !== lead?.id)
          .map((source) => (
            <Picture
              key={source.id}
              {...{ session, source, positionMs }}
              lane={laneOf(source.id)}
              large={false}
            />
          ))}
        <Microphones {...{ session, snapshot, lanes, positionMs }} />
      </div>
    </div>
  );
}
