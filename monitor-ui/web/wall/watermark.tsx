import { useEffect, useRef } from 'react';
import { serverClock, useMe } from '../app/index.ts';
import { formatDateTime } from '../ui-kit/index.ts';
import { keepWatermark } from './watermark-layer.ts';

export function Watermark() {
  const place = useRef<HTMLDivElement>(null);
  const { username } = useMe().person;
  useEffect(() => {
    const tile = place.current?.parentElement;
    if (tile == null) return;
    return keepWatermark(tile, () => {
      const now = serverClock.now();
      return `${username.toUpperCase()} ${now === undefined ? '' : formatDateTime(now)}`;
    });
  }, [username]);
  return <div ref={place} hidden />;
}
