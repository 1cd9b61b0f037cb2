export const vi = {
  title: 'Đăng nhập',
  lead: 'Giám sát quầy tiếp công dân: ghi đủ, thấy rõ, mọi lượt xem đều được ghi lại.',
  username: 'Tên đăng nhập',
  password: 'Mật khẩu',
  submit: 'Đăng nhập',
  wait: 'Thử quá nhiều lần. Thử lại được sau {{seconds}} giây.',
  'fill-in': 'Hãy nhập tên đăng nhập và mật khẩu.',
  recorded: 'Đăng nhập và mọi lượt xem được ghi vào sổ không xóa được.',
} as const;
