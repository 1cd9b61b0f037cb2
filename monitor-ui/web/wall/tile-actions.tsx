import type { Counter, Source } from '@minhbach/shared/protocol';
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconBookmark,
  IconCameraRotate,
  IconPlayerPause,
  IconPlayerPlay,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import type { MouseEvent, ReactNode } from 'react';
import { useWallText } from './i18n/index.ts';
import type { WallCommands } from './use-wall.ts';

/** The same acts as the keys, for mouse and finger. */
export function TileActions({
  counter,
  camera,
  microphone,
  soundOn,
  focused,
  frozen,
  commands,
}: {
  readonly counter: Counter;
  /** Given only where there is another to change to. */
  readonly camera: Source | undefined;
  readonly microphone: Source | undefined;
  readonly soundOn: boolean;
  readonly focused: boolean;
  readonly frozen: boolean;
  readonly commands: WallCommands;
}) {
  const text = useWallText();
  return (
    <div className="tile-actions" onDoubleClick={(event) => event.stopPropagation()}>
      {camera === undefined ? null : (
        <Action
          label={text('tile.choose-camera', { camera: camera.name })}
          onClick={() => commands.nextCamera(counter.id)}
        >
          <IconCameraRotate size={17} />
        </Action>
      )}
      {microphone === undefined ? null : (
        <Action
          label={text(soundOn ? 'sound.off' : 'sound.on')}
          pressed={soundOn}
          onClick={() => commands.toggleSound(counter.id)}
        >
          {soundOn ? <IconVolume size={17} /> : <IconVolumeOff size={17} />}
        </Action>
      )}
      <Action
        label={text(frozen ? 'action.live' : 'action.freeze')}
        onClick={() => commands.toggleFreeze(counter.id)}
      >
        {frozen ? <IconPlayerPlay size={17} /> : <IconPlayerPause size={17} />}
      </Action>
      <Action label={text('action.bookmark')} onClick={() => commands.bookmark(counter.id)}>
        <IconBookmark size={17} />
      </Action>
      <Action
        label={text(focused ? 'action.unfocus' : 'action.focus')}
        onClick={() => commands.toggleFocus(counter.id)}
      >
        {focused ? <IconArrowsMinimize size={17} /> : <IconArrowsMaximize size={17} />}
      </Action>
    </div>
  );
}

function Action({
  label,
  pressed,
  onClick,
  children,
}: {
  readonly label: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  const click = (event: MouseEvent) => {
    event.stopPropagation();
    onClick();
  };
  return (
    <button
      type="button"
      className="tile-action"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={click}
    >
      {children}
    </button>
  );
}
