import { problems } from './problems-vi.ts';
import { fields, rules } from './rules-vi.ts';

export const vi = {
  loading: 'Đang tải…',
  retry: 'Thử lại',
  close: 'Đóng',
  cancel: 'Hủy',
  'show-password': 'Hiện hoặc che mật khẩu',
  'error-title': 'Chưa làm được',
  'bad-input-at': '{{where}}: {{allowed}}.',
  ...problems,
  ...rules,
  ...fields,
} as const;
