import { useEffect, useState } from 'react';
import { clipsOf, type Clip } from './clips-of.ts';
import { useEvidenceText } from './i18n/index.ts';
import { sayTime } from './say-time.ts';

interface Playing {
  readonly clip: Clip;
  readonly url: string;
}

/** Plays the films of a package. They are for looking; what is proven is the footage they were cut from. */
export function ClipPlayer({
  file,
  sources,
}: {
  readonly file: Blob;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
}) {
  const text = useEvidenceText();
  const [clips, setClips] = useState<readonly Clip[]>([]);
  const [playing, setPlaying] = useState<Playing>();
  const [atMs, setAtMs] = useState(0);
  useEffect(() => {
    let isOver = false;
    clipsOf(file).then(
      (found) => {
        if (!isOver) setClips(found);
      },
      // What is no package has been said already.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [file]);
  useEffect(() => () => (playing === undefined ? undefined : URL.revokeObjectURL(playing.url)), [playing]);
  if (clips.length === 0) return null;
  const nameOf = ({ sourceId }: Clip) => sources.find(({ id }) => id === sourceId)?.name ?? sourceId;
  return (
    <section className="evidence-clips" aria-label={text('clips.title')}>
      <h2>{text('clips.title')}</h2>
      <p>{text('clips.lead')}</p>
      <ul>
        {clips.map((clip) => (
          <li key={`${clip.sourceId} ${clip.fromUtcMs}`}>
            <button
              type="button"
              aria-pressed={playing?.clip === clip}
              onClick={() => {
                setAtMs(0);
                setPlaying({ clip, url: URL.createObjectURL(clip.bytes) });
              }}
            >
              ▶ {nameOf(clip)}, {sayTime(clip.fromUtcMs)}
            </button>
          </li>
        ))}
      </ul>
      {playing === undefined ? null : (
        <figure>
          {/* The clock is below: browsers do not show subtitles that lie in a film's own file. */}
          <video
            key={playing.url}
            src={playing.url}
            controls
            autoPlay
            playsInline
            onTimeUpdate={({ currentTarget }) => setAtMs(currentTarget.currentTime * 1000)}
          />
          <figcaption>{sayTime(playing.clip.fromUtcMs + atMs)}</figcaption>
        </figure>
      )}
    </section>
  );
}
