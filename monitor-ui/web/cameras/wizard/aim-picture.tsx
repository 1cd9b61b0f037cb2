import type { Source } from '@minhbach/shared/protocol';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useLivePicture } from '../../live-player/index.ts';
import { useCamerasText } from '../i18n/index.ts';
import type { PictureSize } from './acceptance.tsx';

const seenBy = ['playing', 'resize', 'timeupdate'] as const;

/** The whole picture, never cropped: hands happen at the edge. */
export function AimPicture({
  source,
  onSeen,
}: {
  readonly source: Source;
  readonly onSeen: (size: PictureSize) => void;
}) {
  const text = useCamerasText();
  const place = useRef<HTMLDivElement>(null);
  const { player, snapshot } = useLivePicture(place, source.id, 'sub');
  const { kind } = snapshot.status;
  const said =
    kind === 'refused'
      ? text('aim.forbidden')
      : kind === 'unsupported'
        ? text('aim.unsupported')
        : kind === 'playing'
          ? undefined
          : text('aim.waiting');
  const element = player?.element;
  const label = text('aim.picture-of', { name: source.name });
  useEffect(() => element?.setAttribute('aria-label', label), [element, label]);
  const see = useEffectEvent(() => {
    if (element !== undefined && element.videoWidth > 0)
      onSeen({ widthPx: element.videoWidth, heightPx: element.videoHeight });
  });
  useEffect(() => {
    const look = () => see();
    for (const name of seenBy) element?.addEventListener(name, look);
    return () => {
      for (const name of seenBy) element?.removeEventListener(name, look);
    };
  }, [element]);
  return (
    <div className="aim-picture" ref={place}>
      {said === undefined ? null : <p role="status">{said}</p>}
    </div>
  );
}
