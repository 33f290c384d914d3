//! Another publisher's coupon was used, and lets its owner win.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 505,
    word: "coupon_won",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "The buyer used another publisher's coupon, whose terms give its owner the result.",
    vi: "Khách đã dùng mã giảm giá của một đối tác khác, và điều khoản của mã đó trao kết quả cho chủ mã.",
    fa: "خریدار از کد تخفیف ناشر دیگری استفاده کرده است و شرایط آن کد نتیجه را به صاحبش می‌دهد.",
};
