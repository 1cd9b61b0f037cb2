import type { PictureSnapshot } from '../live-player/index.ts';
import { useWallText } from './i18n/index.ts';

/** Says that what is on the tile is not the picture that is recorded, but the camera's own smaller one. */
export function TileStream({ snapshot: { status, stream } }: { readonly snapshot: PictureSnapshot }) {
  const text = useWallText();
  const shown = status.kind === 'playing' || status.kind === 'frozen';
  if (!shown || stream?.quality !== 'sub') return null;
  const kind = stream.reduced ? 'reduced' : 'sub';
  return (
    <span className="tile-stream" data-stream={kind} title={text(`stream.${kind}-note`)}>
      <span aria-hidden="true">{text(`stream.${kind}`)}</span>
      <span className="visually-hidden">{text(`stream.${kind}-note`)}</span>
    </span>
  );
}
