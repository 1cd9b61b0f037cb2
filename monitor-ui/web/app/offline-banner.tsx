import { useEffect, useState } from 'react';
import { useAppText } from './i18n/index.ts';
import { useRealtimeConnected } from './realtime.ts';

/** Long enough that opening a page, or one lost packet, does not flash it. */
const patienceMs = 2500;

export function OfflineBanner() {
  const text = useAppText();
  const connected = useRealtimeConnected();
  return connected ? null : <AfterPatience>{text('offline.banner')}</AfterPatience>;
}

function AfterPatience({ children }: { readonly children: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return late ? (
    <div className="app-offline" role="alert">
      {children}
    </div>
  ) : null;
}
