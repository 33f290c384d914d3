//! A cap was used up, and the conversion is paid all the same because its click was counted before that; a flag.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 325,
    word: "cap_overrun",
    applies: Applies::Conversion,
    counted: true,
    recoverable: false,
    party: Party::Advertiser,
    en: "A cap is used up, but the click was counted before that and the contract honours it, so the result is paid above the cap.",
    vi: "Hạn mức đã dùng hết, nhưng lượt nhấp được tính trước đó và hợp đồng công nhận, nên kết quả vẫn được trả vượt hạn mức.",
    fa: "سقف پر شده است، اما کلیک پیش از آن شمرده شده و قرارداد آن را می‌پذیرد؛ پس نتیجه بالاتر از سقف پرداخت می‌شود.",
};
