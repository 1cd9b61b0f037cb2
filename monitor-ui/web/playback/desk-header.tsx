import { IconArrowsExchange, IconEye } from '@tabler/icons-react';
import { usePlaybackText } from './i18n/index.ts';
import type { Right } from './playback-session.ts';

export function DeskHeader({
  counterName,
  siteName,
  right,
  onLeave,
  onChangeReason,
}: {
  readonly counterName: string;
  readonly siteName: string | undefined;
  readonly right: Right;
  readonly onLeave: () => void;
  readonly onChangeReason: () => void;
}) {
  const text = usePlaybackText();
  return (
    <header className="playback-header">
      <h1>
        {counterName}
        {siteName === undefined ? null : <small>{siteName}</small>}
      </h1>
      <button type="button" className="playback-tool" onClick={onLeave}>
        <IconArrowsExchange size={15} aria-hidden="true" />
        {text('pick.change')}
      </button>
      {right.kind === 'reason' ? (
        <button
          type="button"
          className="playback-pill"
          onClick={onChangeReason}
          title={text('reason.change')}
        >
          {text('reason.pill', { reason: right.reason })}
        </button>
      ) : (
        <span className="playback-pill">
          {text(right.kind === 'go-back' ? 'right.go-back' : 'right.incident')}
        </span>
      )}
      <span className="playback-pill playback-watched">
        <IconEye size={14} aria-hidden="true" />
        {text('recorded')}
      </span>
    </header>
  );
}
