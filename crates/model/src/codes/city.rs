//! Targeting: the visitor's city.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 122,
    word: "city",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept visitors from this city. Show the link only in the cities of its terms.",
    vi: "Chương trình không nhận khách từ thành phố này. Chỉ hiển thị liên kết tại các thành phố nêu trong điều khoản.",
    fa: "برنامه از این شهر بازدیدکننده نمی‌پذیرد. لینک را فقط در شهرهای ذکرشده در شرایط برنامه نمایش دهید.",
};
