import type { Source } from '@minhbach/shared/protocol';
import { useEffect, useRef } from 'react';
import { useLiveSound, type PicturePlayer, type SoundPlayer } from '../live-player/index.ts';
import { useInStep } from './use-in-step.ts';
import { useWallText } from './i18n/index.ts';
import { publishSound } from './measure.ts';

/** Sound of the one tile that is heard, with a meter of what really plays. */
export function TileSound({
  source,
  picture,
}: {
  readonly source: Source;
  readonly picture: PicturePlayer | undefined;
}) {
  const text = useWallText();
  const audio = useRef<HTMLAudioElement>(null);
  const [inStep, setInStep] = useInStep();
  const { player, status } = useLiveSound(audio, source.id, picture, inStep);
  useEffect(() => publishSound(source.id, player), [source.id, player]);
  return (
    <div className="tile-sound">
      <audio ref={audio} data-source={source.id} />
      {status.kind === 'needs-click' ? (
        <button type="button" className="tile-wake" onClick={() => void player?.play()}>
          {text('sound.needs-click')}
        </button>
      ) : (
        <span className={status.kind === 'lost' ? 'tone-alarm' : 'tone-watch'}>
          ◉ {text(`sound.${status.kind}`)}
        </span>
      )}
      {status.kind === 'playing' ? <Meter player={player} label={text('sound.level')} /> : null}
      <label className="tile-step">
        <input
          type="checkbox"
          checked={inStep}
          onChange={(event) => setInStep(event.target.checked)}
          onKeyDown={(event) => event.stopPropagation()}
        />
        {text('sound.in-step')}
      </label>
    </div>
  );
}

function Meter({ player, label }: { readonly player: SoundPlayer | undefined; readonly label: string }) {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const frame = bar.current?.parentElement;
    if (player === undefined || frame == null) return;
    const timer = setInterval(() => {
      const level = player.level();
      frame.hidden = level === undefined;
      if (level === undefined || bar.current === null) return;
      bar.current.style.width = `${Math.round(level * 100)}%`;
      frame.setAttribute('aria-valuenow', level.toFixed(2));
    }, 80);
    return () => clearInterval(timer);
  }, [player]);
  return (
    <span
      className="tile-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={0}
      hidden
    >
      <b ref={bar} />
    </span>
  );
}
