//! The customer was won by a publisher whose time with him is over.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 326,
    word: "recurring_ended",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "The publisher won this customer, but the months for which his terms pay later purchases are over.",
    vi: "Đối tác đã mang khách hàng này đến, nhưng số tháng được trả cho các lần mua sau đã hết.",
    fa: "ناشر این مشتری را آورده است، اما ماه‌هایی که شرایط او برای خریدهای بعدی می‌پردازد به پایان رسیده است.",
};
