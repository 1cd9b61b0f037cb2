import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { Outlet, useMatches } from '@tanstack/react-router';
import { useLayoutEffect } from 'react';
import { mantineTheme, mantineVariables } from '../ui-kit/index.ts';

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
      <Notifications position="bottom-left" className="app-notifications" containerWidth={340} />
      <Outlet />
    </MantineProvider>
  );
}
