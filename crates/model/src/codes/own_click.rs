//! The buyer is the publisher himself.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 321,
    word: "own_click",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The publisher bought through his own link, and the contract does not pay own purchases.",
    vi: "Đối tác tự mua hàng qua liên kết của mình, và hợp đồng không trả tiền cho các đơn tự mua.",
    fa: "ناشر از طریق لینک خودش خرید کرده است و قرارداد برای خریدهای شخصی پرداختی ندارد.",
};
