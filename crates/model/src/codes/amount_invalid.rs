//! The amount is missing, negative, unreadable or too large.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 310,
    word: "amount_invalid",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The amount is missing or cannot be read. Send it as a plain decimal number such as 1234.50, without separators or symbols.",
    vi: "Số tiền bị thiếu hoặc không đọc được. Hãy gửi dạng số thập phân như 1234.50, không có dấu phân cách hàng nghìn hay ký hiệu.",
    fa: "مبلغ فرستاده نشده یا خوانا نیست. آن را به‌صورت عدد اعشاری ساده مانند 1234.50 و بدون جداکننده یا نماد بفرستید.",
};
