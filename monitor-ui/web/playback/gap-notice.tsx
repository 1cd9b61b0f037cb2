import { IconInfoCircle } from '@tabler/icons-react';
import { clockText } from '../timeline/index.ts';
import { formatDuration } from '../ui-kit/index.ts';
import type { ClockEvent } from './conductor.ts';
import { usePlaybackText } from './i18n/index.ts';

/** Says that time was left out, and which. */
export function GapNotice({ event }: { readonly event: ClockEvent | undefined }) {
  const text = usePlaybackText();
  return (
    <div className="playback-notice" role="status">
      {event === undefined ? null : (
        <span>
          <IconInfoCircle size={16} aria-hidden="true" />
          {event.kind === 'ended'
            ? text('notice.ended')
            : text('notice.skipped', {
                duration: formatDuration(Math.abs(event.toMs - event.fromMs)),
                from: clockText(Math.min(event.fromMs, event.toMs)),
                to: clockText(Math.max(event.fromMs, event.toMs)),
              })}
        </span>
      )}
    </div>
  );
}
