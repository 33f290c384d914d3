//! The action demands an order id and none came.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 309,
    word: "order_id_missing",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "This action needs an order_id and none was sent. Send the order's number; the corrected repeat counts.",
    vi: "Hành động này cần order_id nhưng không được gửi kèm. Hãy gửi mã đơn hàng; lần gửi lại đã sửa sẽ được tính.",
    fa: "این کنش به order_id نیاز دارد و فرستاده نشده است. شمارهٔ سفارش را بفرستید؛ ارسال دوبارهٔ اصلاح‌شده شمرده می‌شود.",
};
