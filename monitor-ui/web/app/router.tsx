import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { ErrorState, LoadingState, type ThemeName } from '../ui-kit/index.ts';
import { ApiProblem } from './api-problem.ts';
import { countersQuery, sitesQuery } from './fleet-queries.ts';
import { NoPages, NotFound } from './not-found.tsx';
import { pagesFor } from './pages.ts';
import { queryClient } from './query-client.ts';
import { Root } from './root.tsx';
import { meQuery } from './session.ts';
import { SignedInLayout } from './signed-in-layout.tsx';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    readonly theme?: ThemeName;
  }
  interface Register {
    router: typeof router;
  }
}

/** Search values of a page; each page reads its own and ignores what it does not know. */
export type PageSearch = Readonly<Record<string, string | number | boolean | undefined>>;
const anySearch = (search: Record<string, unknown>) => search as PageSearch;

const loadWall = () => import('../wall/index.ts');

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../sign-in/index.ts'), 'SignInPage'),
});
const firstStart = createRoute({
  getParentRoute: () => root,
  path: '/first-start',
  staticData: { theme: 'light' },
  component: lazyRouteComponent(() => import('../first-start/index.ts'), 'FirstStartPage'),
});
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    // The wall is what most people open: its code comes along while the server is asked who this is.
    // So do the answers it is drawn from.
    if (location.pathname === '/wall' || location.pathname === '/') {
      void loadWall();
      void queryClient.prefetchQuery(sitesQuery);
      void queryClient.prefetchQuery(countersQuery);
    }
    try {
      return { me: await queryClient.ensureQueryData(meQuery) };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        redirect({
          to: '/sign-in',
          search: location.pathname === '/' ? {} : { then: location.href },
          throw: true,
        });
      }
      throw error;
    }
  },
  component: SignedInLayout,
});
const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context }) => {
    const first = pagesFor(context.me)[0];
    if (first !== undefined) redirect({ to: first.path, throw: true });
  },
  component: NoPages,
});
const wall = createRoute({
  getParentRoute: () => signedIn,
  path: '/wall',
  staticData: { theme: 'dark' },
  validateSearch: anySearch,
  component: lazyRouteComponent(loadWall, 'WallPage'),
});
const playback = createRoute({
  getParentRoute: () => signedIn,
  path: '/playback',
  staticData: { theme: 'dark' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../playback/index.ts'), 'PlaybackPage'),
});
const incidents = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../incidents/index.ts'), 'IncidentsPage'),
});
const complaints = createRoute({
  getParentRoute: () => signedIn,
  path: '/complaints',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../complaints/index.ts'), 'ComplaintsPage'),
});
const cases = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../cases/index.ts'), 'CasesPage'),
});
const alarms = createRoute({
  getParentRoute: () => signedIn,
  path: '/alarms',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../alarms/index.ts'), 'AlarmsPage'),
});
const exportsPage = createRoute({
  getParentRoute: () => signedIn,
  path: '/exports',
  staticData: { theme: 'light' },
  component: lazyRouteComponent(() => import('../evidence/index.ts'), 'ExportsPage'),
});
const approvals = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals',
  staticData: { theme: 'light' },
  component: lazyRouteComponent(() => import('../evidence/index.ts'), 'ApprovalsPage'),
});
const proof = createRoute({
  getParentRoute: () => signedIn,
  path: '/proof',
  staticData: { theme: 'light' },
  component: lazyRouteComponent(() => import('../proof/index.ts'), 'ProofPage'),
});
const cameras = createRoute({
  getParentRoute: () => signedIn,
  path: '/cameras',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../cameras/index.ts'), 'CamerasPage'),
});
const offices = createRoute({
  getParentRoute: () => signedIn,
  path: '/offices',
  staticData: { theme: 'light' },
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('../offices/index.ts'), 'OfficesPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    firstStart,
    signedIn.addChildren([
      ...[home, wall, playback, incidents, complaints, cases, exportsPage, approvals],
      ...[proof, alarms, cameras, offices],
    ]),
  ]),
  defaultPendingComponent: LoadingState,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  defaultPreloadStaleTime: 0,
});
