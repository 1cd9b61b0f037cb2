import type { Counter, Site } from '@minhbach/shared/protocol';
import { useEffect, useRef } from 'react';
import { useLivePicture, type Quality } from '../live-player/index.ts';
import { StateDot } from '../ui-kit/index.ts';
import { useWallText } from './i18n/index.ts';
import { camerasOf, microphoneOf } from './source-condition.ts';
import { TileActions } from './tile-actions.tsx';
import { TileAge } from './tile-age.tsx';
import { TileOverlay } from './tile-overlay.tsx';
import { TileSound } from './tile-sound.tsx';
import { TileStream } from './tile-stream.tsx';
import { useCondition } from './use-condition.ts';
import type { WallCommands } from './use-wall.ts';
import { Watermark } from './watermark.tsx';

export function Tile({
  counter,
  site,
  index,
  quality,
  chosen,
  focused,
  soundOn,
  cameraIndex,
  commands,
}: {
  readonly counter: Counter;
  readonly site: Site | undefined;
  readonly index: number;
  readonly quality: Quality;
  readonly chosen: boolean;
  readonly focused: boolean;
  readonly soundOn: boolean;
  readonly cameraIndex: number;
  readonly commands: WallCommands;
}) {
  const text = useWallText();
  const tile = useRef<HTMLElement>(null);
  const cameras = camerasOf(counter);
  const camera = cameras[cameraIndex % Math.max(1, cameras.length)];
  const microphone = microphoneOf(counter);
  const picture = useLivePicture(tile, camera?.id, quality);
  const condition = useCondition(counter.id, camera, picture);
  const { register } = commands;
  useEffect(
    () => register(counter.id, picture.player, camera?.id),
    [register, counter.id, picture.player, camera?.id],
  );

  const word = text(`state.${condition.name}`);
  return (
    <section
      ref={tile}
      className={`tile tile-${condition.tone}${chosen ? ' tile-chosen' : ''}`}
      data-counter={counter.id}
      data-state={condition.name}
      aria-label={text('tile.label', { counter: counter.name, site: site?.name ?? '', state: word })}
      aria-current={chosen}
      onClick={() => commands.attend(counter.id)}
      onDoubleClick={() => commands.toggleFocus(counter.id)}
    >
      <Watermark />
      <div className="tile-top">
        <kbd className="tile-number" aria-hidden="true">
          {index}
        </kbd>
        <b className="tile-name">{counter.name}</b>
        <span className="tile-site">{site?.name}</span>
        <StateDot tone={condition.tone} word={word} hideWord={condition.name === 'recording'} />
        <TileAge player={picture.player} condition={condition} />
      </div>
      <TileOverlay condition={condition} picture={picture} />
      <div className="tile-bottom">
        {soundOn && microphone !== undefined ? (
          <TileSound source={microphone} picture={picture.player} />
        ) : null}
        {soundOn && microphone === undefined ? (
          <span className="tile-silent">{text('sound.none')}</span>
        ) : null}
        <TileStream snapshot={picture.snapshot} />
        <TileActions
          counter={counter}
          camera={cameras.length > 1 ? camera : undefined}
          microphone={microphone}
          soundOn={soundOn}
          focused={focused}
          frozen={condition.name === 'frozen'}
          commands={commands}
        />
      </div>
    </section>
  );
}
