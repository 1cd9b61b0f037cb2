import { useServerSeconds } from '../app/index.ts';
import type { LivePicture } from '../live-player/index.ts';
import { formatDuration, formatTime } from '../ui-kit/index.ts';
import { wallHas, useWallText, type WallText } from './i18n/index.ts';
import type { Condition } from './source-condition.ts';

/** Says over the picture what is wrong with it and for how long; nothing while it is as it should be. */
export function TileOverlay({
  condition,
  picture,
}: {
  readonly condition: Condition;
  readonly picture: LivePicture;
}) {
  const text = useWallText();
  const nowMs = useServerSeconds();
  if (condition.name === 'recording' || condition.name === 'late') return null;
  if (condition.name === 'frozen') {
    const atMs = picture.player?.shownCapturedAtMs;
    return (
      <div className="tile-frozen" role="status">
        <b>{text('frozen.at', { time: atMs === undefined ? '' : formatTime(atMs) })}</b>
        <span>{text('frozen.hint')}</span>
      </div>
    );
  }
  const { title, lines } = wordsFor(condition, picture, nowMs, text);
  return (
    <div className={`tile-overlay tone-${condition.tone}`} role="status">
      <div>
        <b>{title}</b>
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
    </div>
  );
}

function wordsFor(
  condition: Condition,
  { player, snapshot }: LivePicture,
  nowMs: number | undefined,
  text: WallText,
): { readonly title: string; readonly lines: readonly string[] } {
  const causeKey = `cause.${condition.cause ?? ''}`;
  const cause = wallHas(causeKey) ? [text(causeKey)] : [];
  const state = text(`state.${condition.name}`);
  const sentence = state.charAt(0).toLocaleUpperCase() + state.slice(1);
  switch (condition.name) {
    case 'lost':
    case 'refused': {
      if (condition.sinceMs === undefined || nowMs === undefined) return { title: sentence, lines: cause };
      const duration = formatDuration(nowMs - condition.sinceMs);
      return { title: text('overlay.lost', { duration }), lines: [...cause, text('overlay.gap')] };
    }
    case 'still':
      return {
        title: text('overlay.still', { duration: formatDuration(player?.stillForMs() ?? 0) }),
        lines: [...cause, text('overlay.still-note')],
      };
    case 'unsupported':
      return {
        title: sentence,
        lines:
          snapshot.status.kind === 'unsupported'
            ? [text('overlay.unsupported-note', { mime: snapshot.status.mime })]
            : [],
      };
    default:
      return { title: sentence, lines: cause };
  }
}
