import { problems } from './problems-en.ts';
import { fields, rules } from './rules-en.ts';

export const en = {
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  'show-password': 'Show or hide the password',
  'error-title': 'That did not work',
  'bad-input-at': '{{where}}: {{allowed}}.',
  ...problems,
  ...rules,
  ...fields,
} as const;
