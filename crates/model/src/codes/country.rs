//! Targeting: the visitor's country.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 120,
    word: "country",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept visitors from this country. Show the link only in the countries of its terms.",
    vi: "Chương trình không nhận khách từ quốc gia này. Chỉ hiển thị liên kết tại các quốc gia nêu trong điều khoản.",
    fa: "برنامه از این کشور بازدیدکننده نمی‌پذیرد. لینک را فقط در کشورهای ذکرشده در شرایط برنامه نمایش دهید.",
};
