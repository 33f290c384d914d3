//! Targeting: the visitor's region.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 121,
    word: "region",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept visitors from this region. Show the link only in the regions of its terms.",
    vi: "Chương trình không nhận khách từ vùng này. Chỉ hiển thị liên kết tại các vùng nêu trong điều khoản.",
    fa: "برنامه از این استان یا منطقه بازدیدکننده نمی‌پذیرد. لینک را فقط در مناطق ذکرشده در شرایط برنامه نمایش دهید.",
};
