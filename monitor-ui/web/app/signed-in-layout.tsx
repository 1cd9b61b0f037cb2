import { Outlet } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useFleetAnnouncements } from './fleet-queries.ts';
import { Header } from './header.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { useRealtimeEvent } from './realtime.ts';
import { meQuery } from './session.ts';

/** Everything behind sign-in: header, banner when the server is out of reach, the page. */
export function SignedInLayout() {
  const queries = useQueryClient();
  useFleetAnnouncements();
  useRealtimeEvent('sessionChanged', () => void queries.invalidateQueries({ queryKey: meQuery.queryKey }));
  return (
    <div className="app">
      <Header />
      <OfflineBanner />
      <main id="content" className="app-content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
