//! The contact lies longer back than the contract lets it earn.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 304,
    word: "outside_window",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "The contact was longer ago than the contract's window allows. A longer window can be agreed for the future.",
    vi: "Lượt tiếp xúc xảy ra quá lâu so với thời hạn ghi nhận trong hợp đồng. Hai bên có thể thỏa thuận thời hạn dài hơn cho về sau.",
    fa: "تماس زودتر از بازهٔ زمانیِ قرارداد رخ داده است. می‌توان برای آینده بازهٔ طولانی‌تری توافق کرد.",
};
