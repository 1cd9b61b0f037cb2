import { useEffect, useState } from 'react';
import { serverClock } from './server-clock.ts';

/** Server time in UTC milliseconds, drawn again each second. */
export function useServerSeconds(): number | undefined {
  const [nowMs, setNowMs] = useState(() => serverClock.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverClock.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
