export const vi = {
  title: 'QUẦY NÀY ĐƯỢC GHI HÌNH, GHI ÂM',
  purposeTitle: 'Mục đích',
  purpose:
    'Phòng ngừa, phát hiện nhũng nhiễu, tiêu cực và bảo vệ quyền lợi của người dân, doanh nghiệp khi làm thủ tục tại quầy. Mọi lần xem lại đều có lý do và được ghi nhật ký.',
  legalBasisTitle: 'Căn cứ pháp lý',
  legalBasis:
    'Quy định của pháp luật về bảo vệ dữ liệu cá nhân và chỉ đạo của cơ quan có thẩm quyền về ghi âm, ghi hình tại nơi tiếp nhận hồ sơ.',
  controllerTitle: 'Cơ quan chịu trách nhiệm',
  complainTitle: 'Phản ánh, khiếu nại, tố cáo',
  scan: 'Quét mã bằng điện thoại, không cần đăng nhập. Cơ quan bị phản ánh không biết ai đã gửi.',
  hotline: 'Đường dây nóng',
  version: 'Phiên bản {{version}}, lập ngày {{date}}',
} as const;
