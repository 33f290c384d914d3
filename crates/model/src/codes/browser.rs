//! Targeting: browser.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 125,
    word: "browser",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept this browser. Show the link only in the browsers of its terms.",
    vi: "Chương trình không nhận trình duyệt này. Chỉ hiển thị liên kết trên các trình duyệt nêu trong điều khoản.",
    fa: "برنامه این مرورگر را نمی‌پذیرد. لینک را فقط در مرورگرهای ذکرشده در شرایط برنامه نمایش دهید.",
};
