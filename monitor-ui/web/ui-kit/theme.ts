import { Button, createTheme, type CSSVariablesResolver } from '@mantine/core';

export type ThemeName = 'dark' | 'light';

function filled(token: 'watch' | 'alarm') {
  return {
    '--button-bg': `var(--${token})`,
    '--button-hover': `color-mix(in srgb, var(--${token}) 86%, var(--text))`,
    '--button-color': `var(--on-${token})`,
  };
}

export const mantineTheme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'var(--r)',
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  fontSizes: { xs: 'var(--t-xs)', sm: '13px', md: 'var(--t-m)', lg: 'var(--t-l)', xl: 'var(--t-xl)' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Filled buttons in our colours, with a label that reads on them in both themes.
    Button: Button.extend({
      vars: (_theme, { variant = 'filled', color }) => ({
        root:
          variant === 'filled'
            ? color === 'red'
              ? filled('alarm')
              : color === undefined
                ? filled('watch')
                : {}
            : {},
      }),
    }),
  },
});

/** Mantine's colours are ours, so that a button in a form and a tile on the wall agree. */
export const mantineVariables: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-body': 'var(--bg)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--muted)',
    '--mantine-color-placeholder': 'var(--muted)',
    '--mantine-color-default': 'var(--panel)',
    '--mantine-color-default-hover': 'var(--panel2)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-error': 'var(--alarm)',
    '--mantine-color-anchor': 'var(--watch)',
    '--mantine-primary-color-filled': 'var(--watch)',
    '--mantine-primary-color-filled-hover': 'color-mix(in srgb, var(--watch) 88%, var(--text))',
    '--mantine-primary-color-contrast': 'var(--on-watch)',
  };
  return { variables: {}, dark: ours, light: ours };
};
