import type { Source } from '@minhbach/shared/protocol';
import { useRef } from 'react';
import { useLivePicture } from '../../live-player/index.ts';
import { useCamerasText } from '../i18n/index.ts';
import type { PictureSize } from './acceptance.tsx';

/** The whole picture, never cropped: hands happen at the edge. */
export function AimPicture({
  source,
  onSeen,
}: {
  readonly source: Source;
  readonly onSeen: (size: PictureSize) => void;
}) {
  const text = useCamerasText();
  const video = useRef<HTMLVideoElement>(null);
  const { snapshot } = useLivePicture(video, source.id, 'sub');
  const { kind } = snapshot.status;
  const said =
    kind === 'refused'
      ? text('aim.forbidden')
      : kind === 'unsupported'
        ? text('aim.unsupported')
        : kind === 'playing'
          ? undefined
          : text('aim.waiting');
  const see = () => {
    const element = video.current;
    if (element !== null && element.videoWidth > 0)
      onSeen({ widthPx: element.videoWidth, heightPx: element.videoHeight });
  };
  return (
    <div className="aim-picture">
      <video
        ref={video}
        muted
        playsInline
        disablePictureInPicture
        tabIndex={-1}
        aria-label={text('aim.picture-of', { name: source.name })}
        onPlaying={see}
        onResize={see}
        onTimeUpdate={see}
      />
      {said === undefined ? null : <p role="status">{said}</p>}
    </div>
  );
}
