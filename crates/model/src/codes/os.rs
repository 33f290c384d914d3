//! Targeting: operating system and its version.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 124,
    word: "os",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept this operating system or its version. Show the link only on the systems of its terms.",
    vi: "Chương trình không nhận hệ điều hành này hoặc phiên bản của nó. Chỉ hiển thị liên kết trên các hệ điều hành nêu trong điều khoản.",
    fa: "برنامه این سیستم‌عامل یا نسخهٔ آن را نمی‌پذیرد. لینک را فقط در سیستم‌عامل‌های ذکرشده در شرایط برنامه نمایش دهید.",
};
