import { useServerSeconds } from '../app/index.ts';
import { formatDuration } from '../ui-kit/index.ts';

/** How long ago, running. */
export function AlarmClock({ since }: { readonly since: number }) {
  const nowMs = useServerSeconds();
  return <time className="alarm-clock">{nowMs === undefined ? '' : formatDuration(nowMs - since)}</time>;
}
