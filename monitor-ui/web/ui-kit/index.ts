export { ConfirmDialog } from './confirm-dialog.tsx';
export { EntryPage } from './entry-page.tsx';
export { fromLocalInput, toLocalInput } from './local-input.ts';
export { Kbd } from './kbd.tsx';
export { EmptyState, ErrorState, LoadingState } from './notices.tsx';
export { StateDot, type Tone } from './state-dot.tsx';
export { mantineTheme, mantineVariables, type ThemeName } from './theme.ts';
export { formatDate, formatDateTime, formatDuration, formatTenths, formatTime } from './time-format.ts';
export { useProblemText } from './use-problem-text.ts';
