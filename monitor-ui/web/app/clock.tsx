import { useEffect, useRef } from 'react';
import { formatDateTime, formatTime } from '../ui-kit/index.ts';
import { useAppText } from './i18n/index.ts';
import { serverClock } from './server-clock.ts';

/** Server time, never this machine's. Written straight into the page: no drawing of the whole tree each second. */
export function Clock() {
  const text = useAppText();
  const shown = useRef<HTMLTimeElement>(null);
  useEffect(() => {
    const show = () => {
      const now = serverClock.now();
      if (shown.current === null || now === undefined) return;
      shown.current.textContent = formatTime(now);
      shown.current.dateTime = new Date(now).toISOString();
      shown.current.title = formatDateTime(now);
    };
    show();
    const timer = setInterval(show, 250);
    return () => clearInterval(timer);
  }, []);
  return <time ref={shown} className="app-clock" aria-label={text('clock.label')} />;
}
