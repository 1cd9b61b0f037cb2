import {
  IconBookmark,
  IconBracketsContainEnd,
  IconBracketsContainStart,
  IconClockSearch,
  IconKeyboard,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNextFilled,
  IconPlayerTrackPrevFilled,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { usePlaybackText } from './i18n/index.ts';
import type { Command } from './key-commands.ts';
import { PositionClock } from './position-clock.tsx';
import type { PlaybackSession } from './playback-session.ts';
import type { SessionSnapshot } from './session-snapshot.ts';
import { speeds } from './shuttle.ts';

function Tool({
  label,
  keys,
  pressed,
  onPress,
  children,
}: {
  readonly label: string;
  readonly keys: string;
  readonly pressed?: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className="playback-tool"
      aria-label={label}
      title={`${label} (${keys})`}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={onPress}
    >
      {children}
      <kbd className="key" aria-hidden="true">
        {keys}
      </kbd>
    </button>
  );
}

const icon = { size: 16, 'aria-hidden': true } as const;

export function Transport({
  session,
  snapshot,
  mayBookmark,
  onCommand,
}: {
  readonly session: PlaybackSession;
  readonly snapshot: SessionSnapshot;
  readonly mayBookmark: boolean;
  readonly onCommand: (command: Command) => void;
}) {
  const text = usePlaybackText();
  const { playing, rate } = snapshot.shuttle;
  const press = (command: Command) => () => onCommand(command);
  return (
    <div className="playback-transport" role="toolbar" aria-label={text('transport.label')}>
      <PositionClock session={session} />
      <div className="playback-tools">
        <Tool
          label={text('transport.backward')}
          keys="J"
          pressed={playing && rate < 0}
          onPress={press('backward')}
        >
          <IconPlayerTrackPrevFilled {...icon} />
        </Tool>
        <Tool label={text(playing ? 'transport.pause' : 'transport.play')} keys="K" onPress={press('toggle')}>
          {playing ? <IconPlayerPauseFilled {...icon} /> : <IconPlayerPlayFilled {...icon} />}
        </Tool>
        <Tool
          label={text('transport.forward')}
          keys="L"
          pressed={playing && rate > 1}
          onPress={press('forward')}
        >
          <IconPlayerTrackNextFilled {...icon} />
        </Tool>
        <Tool label={text('transport.step-back')} keys="," onPress={press('step-back')}>
          <IconPlayerSkipBack {...icon} />
        </Tool>
        <Tool label={text('transport.step')} keys="." onPress={press('step')}>
          <IconPlayerSkipForward {...icon} />
        </Tool>
      </div>
      <select
        className="playback-speed"
        aria-label={text('transport.speed')}
        value={rate}
        onChange={(event) => session.setSpeed(Number(event.currentTarget.value))}
      >
        {rate < 0 ? <option value={rate}>{`${rate}×`}</option> : null}
        {speeds.map((speed) => (
          <option key={speed} value={speed}>{`${speed}×`}</option>
        ))}
      </select>
      <div className="playback-tools">
        <Tool label={text('transport.mark-in')} keys="I" onPress={press('mark-in')}>
          <IconBracketsContainStart {...icon} />
        </Tool>
        <Tool label={text('transport.mark-out')} keys="O" onPress={press('mark-out')}>
          <IconBracketsContainEnd {...icon} />
        </Tool>
        {mayBookmark ? (
          <Tool label={text('transport.bookmark')} keys="B" onPress={press('bookmark')}>
            <IconBookmark {...icon} />
          </Tool>
        ) : null}
        <Tool label={text('transport.jump')} keys="G" onPress={press('jump')}>
          <IconClockSearch {...icon} />
        </Tool>
        <Tool label={text('transport.help')} keys="?" onPress={press('help')}>
          <IconKeyboard {...icon} />
        </Tool>
      </div>
      <label className="playback-skip">
        <input
          type="checkbox"
          checked={snapshot.skipGaps}
          onChange={(event) => session.setSkipGaps(event.currentTarget.checked)}
        />
        {text('transport.skip-gaps')}
      </label>
    </div>
  );
}
