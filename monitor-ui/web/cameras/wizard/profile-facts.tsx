import type { ProbedProfile } from '@minhbach/shared/protocol';
import { codecName } from '../codec-name.ts';
import { useCamerasText } from '../i18n/index.ts';

export function ProfileFacts({
  profile,
  isMain,
  isSub,
  usable,
}: {
  readonly profile: ProbedProfile;
  readonly isMain: boolean;
  readonly isSub: boolean;
  readonly usable: boolean;
}) {
  const text = useCamerasText();
  const { video, audio } = profile;
  const facts = [
    ...(video === undefined
      ? [text('stream.no-picture')]
      : [
          codecName(video.codec),
          text('stream.size', { width: video.widthPx, height: video.heightPx }),
          text('stream.fps', { fps: Math.round(video.framesPerSecond) }),
        ]),
    audio === undefined
      ? `✕ ${text('stream.no-sound')}`
      : text('stream.sound', { codec: codecName(audio.codec) }),
  ];
  return (
    <>
      <b>{profile.name}</b>
      <span>{facts.join(' · ')}</span>
      {isMain ? <small>★ {text('stream.recommended')}</small> : null}
      {isSub ? <small>{text('stream.sub')}</small> : null}
      {usable ? null : <small>✕ {text('stream.unusable')}</small>}
    </>
  );
}
