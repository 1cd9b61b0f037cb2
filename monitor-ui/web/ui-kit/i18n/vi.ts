export const vi = {
  loading: 'Đang tải…',
  retry: 'Thử lại',
  close: 'Đóng',
  cancel: 'Hủy',
  'error-title': 'Chưa làm được',
  'problem.offline': 'Không kết nối được với máy chủ giám sát. Trang sẽ tự thử lại.',
  'problem.page-fault': 'Trang gặp lỗi. Hãy tải lại trang.',
  'problem.server-fault': 'Máy chủ gặp lỗi. Lỗi đã được ghi lại.',
  'problem.no-session': 'Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại.',
  'problem.forbidden': 'Vai trò của bạn không được làm việc này.',
  'problem.not-found': 'Không tìm thấy, hoặc không thuộc phạm vi của bạn.',
  'problem.bad-input': 'Có thông tin chưa đúng.',
} as const;
