import { useEffect, useRef } from 'react';
import { useLanguage } from '../i18n/index.ts';
import type { PicturePlayer } from '../live-player/index.ts';
import { formatTenths } from '../ui-kit/index.ts';
import { useWallText } from './i18n/index.ts';
import { lateAboveMs, type Condition } from './source-condition.ts';

/** Age of the frame on screen in tenths of a second, by the server's clock. Nothing when nothing is shown. */
export function TileAge({
  player,
  condition,
}: {
  readonly player: PicturePlayer | undefined;
  readonly condition: Condition;
}) {
  const text = useWallText();
  const [language] = useLanguage();
  const shown = useRef<HTMLSpanElement>(null);
  const hidden = condition.name === 'frozen' || condition.name === 'still';
  useEffect(() => {
    const show = () => {
      if (shown.current === null) return;
      const ageMs = hidden ? undefined : player?.ageMs();
      const late = ageMs !== undefined && ageMs > lateAboveMs;
      const age = ageMs === undefined ? '' : formatTenths(ageMs, language);
      shown.current.textContent = age === '' ? '' : text(late ? 'tile.late' : 'tile.age', { age });
      shown.current.classList.toggle('tone-warn', late);
    };
    show();
    const timer = setInterval(show, 100);
    return () => clearInterval(timer);
  }, [player, hidden, language, text]);
  return <span ref={shown} className="tile-age" />;
}
