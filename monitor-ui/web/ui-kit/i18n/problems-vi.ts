import type { ProblemCode } from '@minhbach/shared/protocol';

/** Of the page itself. */
type PageProblem = 'offline' | 'page-fault';

/** A sentence for every code of a refusal, so that none is shown in the server's English. */
export const problems = {
  'problem.offline': 'Không kết nối được với máy chủ giám sát. Trang sẽ tự thử lại.',
  'problem.page-fault': 'Trang gặp lỗi. Hãy tải lại trang.',
  'problem.bad-request': 'Máy chủ không đọc được yêu cầu này. Hãy tải lại trang rồi thử lại.',
  'problem.bad-json': 'Máy chủ không đọc được dữ liệu trang gửi lên. Hãy tải lại trang rồi thử lại.',
  'problem.bad-input': 'Có thông tin chưa đúng.',
  'problem.too-large': 'Dữ liệu gửi lên quá lớn.',
  'problem.not-signed-in': 'Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại.',
  'problem.credentials-wrong': 'Tên đăng nhập hoặc mật khẩu không đúng.',
  'problem.api-key-wrong': 'Không có khóa API này, hoặc khóa đã bị thu hồi.',
  'problem.too-many-attempts': 'Thử quá nhiều lần. Hãy thử lại sau {{seconds}} giây.',
  'problem.origin-refused': 'Yêu cầu đến từ một trang khác nên bị từ chối.',
  'problem.forbidden': 'Vai trò của bạn không được làm việc này.',
  'problem.not-found': 'Không tìm thấy, hoặc không thuộc phạm vi của bạn.',
  'problem.server-fault': 'Máy chủ gặp lỗi. Lỗi đã được ghi lại.',
  'problem.code-wrong': 'Đó không phải mã máy giám sát đã in ra khi khởi động.',
  'problem.already-started': 'Máy giám sát này đã có quản trị viên đầu tiên. Hãy đăng nhập.',
  'problem.username-taken': 'Tên đăng nhập này đã có người dùng.',
  'problem.name-taken': 'Tên này đã có.',
  'problem.own-account':
    'Không ai tự đổi vai trò, đơn vị hay trạng thái của chính mình. Hãy nhờ quản trị viên khác.',
  'problem.last-administrator': 'Phải còn ít nhất một quản trị viên đang hoạt động thuộc đơn vị giám sát.',
  'problem.unit-stays':
    'Không đổi một đơn vị thành đơn vị giám sát khi đã có hình đang giữ; hãy tạo đơn vị mới.',
  'problem.own-request': 'Không ai tự đồng ý cho việc mình đã yêu cầu.',
  'problem.same-person': 'Đây là tài khoản khác của chính người đã yêu cầu.',
  'problem.same-unit': 'Người thứ hai phải ở đơn vị khác.',
  'problem.staff-number-missing':
    'Việc cần hai người đòi hỏi mã cán bộ của cả hai: hãy nhờ quản trị viên nhập.',
  'problem.approval-waiting': 'Việc này đã được yêu cầu và đang chờ người thứ hai.',
  'problem.approval-decided': 'Việc này đã được quyết định.',
  'problem.approval-expired': 'Không ai quyết định kịp hạn; phải yêu cầu lại.',
  'problem.two-keys-needed': 'Giảm số ngày đang áp dụng cần người thứ hai đồng ý. Số ngày giữ nguyên.',
  'problem.too-many-jobs': 'Bạn đang có quá nhiều việc chờ. Đợi các việc trước xong rồi thử lại.',
  'problem.recorder-offline':
    'Máy ghi này đang mất kết nối nên chưa làm gì cả. Kiểm tra điện và mạng của máy ghi rồi thử lại.',
  'problem.recorder-timeout': 'Máy ghi không trả lời kịp. Hãy xem lại danh sách trước khi thử lại.',
  'problem.recorder-fault': 'Máy ghi trả lời không đúng điều được hỏi.',
  'problem.address-invalid':
    'Địa chỉ này không đọc được. Ví dụ đúng: 10.20.0.15 hoặc rtsp://10.20.0.15/stream1',
  'problem.address-not-allowed':
    'Máy ghi không được phép nối tới địa chỉ này. Camera phải ở mạng camera đã cho phép trong cấu hình máy ghi.',
  'problem.scheme-not-allowed': 'Chỉ nối được bằng http, https hoặc rtsp.',
  'problem.unreachable': 'Không nối được tới thiết bị. Kiểm tra địa chỉ, nguồn điện và dây mạng.',
  'problem.not-onvif':
    'Địa chỉ này trả lời nhưng không phải thiết bị ONVIF. Hãy bật ONVIF trên thiết bị hoặc nhập địa chỉ RTSP.',
  'problem.login-refused':
    'Thiết bị từ chối tên đăng nhập hoặc mật khẩu. Nhiều thiết bị có người dùng ONVIF riêng.',
  'problem.no-usable-stream':
    'Thiết bị không có luồng ghi được: cần hình H.264 hoặc H.265, hay tiếng cho micrô.',
  'problem.timeout': 'Thiết bị không trả lời kịp. Hãy thử lại.',
  'problem.already-registered':
    'Thiết bị này đã được thêm rồi. Gỡ nguồn cũ trước nếu muốn gắn vào quầy khác.',
  'problem.internal': 'Máy ghi gặp lỗi khi hỏi thiết bị. Hãy thử lại.',
  'problem.not-a-camera': 'Chỉ camera mới chỉnh góc được.',
  'problem.source-retired': 'Nguồn này đã được gỡ.',
  'problem.too-far-back': 'Người giám sát chỉ xem lại được 10 phút gần nhất và các sự việc do mình đánh dấu.',
  'problem.case-needed': 'Người xác minh chỉ xem hình trong một vụ việc.',
  'problem.outside-case': 'Hình này nằm ngoài vụ việc: hãy thêm quầy và thời gian vào vụ việc trước.',
  'problem.grant-expired': 'Quyền xem lần này đã hết hạn. Hãy xin xem lại.',
  'problem.range': 'Trang xin một phần nằm ngoài đoạn ghi này. Hãy tải lại trang.',
  'problem.footage-gone': 'Đoạn ghi này không còn trong kho lưu và cũng không còn ở máy ghi.',
  'problem.recorder-away': 'Máy ghi đang không kết nối; chưa có gì thay đổi.',
  'problem.archive-away': 'Kho lưu hiện không đưa ra được đoạn ghi này. Hãy thử lại sau ít phút.',
  'problem.busy': 'Đang có quá nhiều yêu cầu cùng lúc. Hãy thử lại sau ít giây.',
  'problem.not-decodable': 'Không giải mã được đoạn ghi này.',
  'problem.not-own': 'Người giám sát chỉ sửa được sự việc do mình đánh dấu.',
  'problem.alarm-state': 'Người khác vừa thay đổi cảnh báo này; hãy xem lại trạng thái của nó.',
  'problem.condition-stands': 'Nguyên nhân của cảnh báo chưa hết; muốn đóng bây giờ thì phải ghi lý do.',
  'problem.too-many-complaints': 'Từ mạng này đã gửi quá nhiều; hãy thử lại sau {{minutes}} phút.',
  'problem.too-many-files': 'Từ mạng này đã gửi quá nhiều tệp; hãy thử lại sau {{minutes}} phút.',
  'problem.receipt-code-unknown': 'Không có khiếu nại nào mang mã này.',
  'problem.form-unreadable': 'Máy chủ không đọc được biểu mẫu. Hãy gửi lại.',
  'problem.attachment-type': 'Chỉ nhận ảnh, ghi âm, video hoặc PDF.',
  'problem.attachment-large': 'Tệp lớn hơn 10 MB.',
  'problem.attachment-empty': 'Tệp rỗng.',
  'problem.attachment-late': 'Chỉ gửi thêm tệp được trong 24 giờ sau khi khiếu nại.',
  'problem.attachments-enough': 'Một khiếu nại có tối đa 5 tệp.',
  'problem.complaint-in-case': 'Khiếu nại này đã ở trong một vụ việc khác.',
  'problem.case-closed': 'Vụ việc đã đóng; không thêm gì được nữa.',
  'problem.hold-released': 'Việc bỏ lệnh giữ này đã được quyết định.',
  'problem.export-over': 'Yêu cầu này đã bị huỷ.',
  'problem.calendar-reduction':
    'Giảm giờ trực hoặc bớt nguồn cần hai người của hai đơn vị khác nhau quyết định; lịch cũ được giữ nguyên.',
  'problem.no-reduction': 'Thay đổi này không giảm giờ trực: hãy ghi trực tiếp, không cần người thứ hai.',
  'problem.work-order-over': 'Lệnh công việc này đã kết thúc.',
  'problem.nothing-to-explain': 'Ở đó không thiếu gì chưa giải trình.',
  'problem.already-decided': 'Giải trình này đã được quyết định.',
  'problem.own-explanation': 'Không ai tự quyết định giải trình của mình.',
  'problem.own-office': 'Cơ quan không tự quyết định về phần thiếu của chính mình.',
  'problem.notice-not-configured':
    'Chưa lập được thông báo: cài đặt của máy giám sát còn thiếu đường dây nóng, cơ quan chịu trách nhiệm hoặc địa chỉ công khai.',
  'problem.notice-made-meanwhile': 'Vừa có người lập thông báo cho quầy này.',
  'problem.notice-outdated': 'Bản này không còn đúng nội dung hiện nay. Hãy lập và treo bản mới.',
  'problem.not-csv': 'Chỉ nhận tệp CSV.',
  'problem.csv-unreadable': 'Không đọc được tệp CSV này. Hãy lưu lại bằng mã UTF-8 rồi gửi lại.',
  'problem.csv-faults': 'Tệp CSV có {{faults}} chỗ sai; chưa nhập dòng nào.',
  'problem.roster-overlap': 'Trong thời gian đó quầy này đã ghi một cán bộ.',
  'problem.attendance-refused':
    'Chỉ tra cán bộ trong một vụ việc có quầy và thời gian đó, hoặc do lãnh đạo giám sát tra và nêu lý do.',
  'problem.no-head': 'Sổ này chưa có đầu sổ nào được ký.',
  'problem.no-such-head': 'Ở đây không giữ đầu sổ này.',
} as const satisfies Record<`problem.${ProblemCode | PageProblem}`, string>;
