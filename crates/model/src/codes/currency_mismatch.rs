//! The order's currency is not the contract's and no rate is stored for that day.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 312,
    word: "currency_mismatch",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Network,
    en: "The order is in another currency than the contract and no exchange rate is stored for that day. The network has to enter the rate; then the repeat counts.",
    vi: "Đơn hàng dùng loại tiền khác với hợp đồng và chưa có tỷ giá của ngày đó. Đơn vị vận hành mạng cần nhập tỷ giá; sau đó lần gửi lại sẽ được tính.",
    fa: "واحد پول سفارش با قرارداد یکسان نیست و نرخ تبدیلی برای آن روز ثبت نشده است. شبکه باید نرخ را وارد کند؛ سپس ارسال دوباره شمرده می‌شود.",
};
