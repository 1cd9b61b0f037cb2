import { MantineProvider } from '@mantine/core';
import { Outlet, useMatches } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useLayoutEffect, useState } from 'react';
import { mantineTheme, mantineVariables } from '../ui-kit/index.ts';

const NoticeTray = lazy(async () => ({ default: (await import('./notice-tray.tsx')).NoticeTray }));
/** Notices only follow what somebody did; until then the page has better things to load. */
const noticesAfterMs = 2000;

/** Dark for wall and playback, light for the rest: the innermost route that names a theme decides. */
export function Root() {
  const theme =
    useMatches({
      select: (matches) => matches.findLast((match) => match.staticData.theme)?.staticData.theme,
    }) ?? 'dark';
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <MantineProvider theme={mantineTheme} cssVariablesResolver={mantineVariables} forceColorScheme={theme}>
      <Notices />
      <Outlet />
    </MantineProvider>
  );
}

/** A notice given before its tray is there is kept, and shown then. */
function Notices() {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), noticesAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return due ? (
    <Suspense>
      <NoticeTray />
    </Suspense>
  ) : null;
}
