export const en = {
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  'error-title': 'That did not work',
  'problem.offline': 'The monitor cannot be reached. The page keeps trying.',
  'problem.page-fault': 'The page failed. Reload it.',
  'problem.server-fault': 'The server failed. The fault was recorded.',
  'problem.no-session': 'Your session has ended. Sign in again.',
  'problem.forbidden': 'Your role may not do this.',
  'problem.not-found': 'Not found, or outside your scope.',
  'problem.bad-input': 'Some of this is not right.',
} as const;
