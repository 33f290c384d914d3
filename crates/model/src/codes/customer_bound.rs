//! The customer belongs to the publisher who won him first.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 506,
    word: "customer_bound",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "Another publisher won this customer before, and by his terms later purchases are his.",
    vi: "Một đối tác khác đã mang khách hàng này đến trước, và theo điều khoản của họ các lần mua sau thuộc về họ.",
    fa: "ناشر دیگری این مشتری را پیش‌تر آورده است و طبق شرایط او خریدهای بعدی از آنِ اوست.",
};
