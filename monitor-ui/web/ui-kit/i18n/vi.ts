import { problems } from './problems-vi.ts';
import { fields, rules } from './rules-vi.ts';

export const vi = {
  loading: 'Đang tải…',
  retry: 'Thử lại',
  close: 'Đóng',
  cancel: 'Hủy',
  'error-title': 'Chưa làm được',
  'bad-input-at': '{{where}}: {{allowed}}.',
  ...problems,
  ...rules,
  ...fields,
} as const;
