//! Targeting: carrier or internet provider.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 127,
    word: "carrier",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept visitors of this carrier or internet provider. Use the carriers of its terms.",
    vi: "Chương trình không nhận khách của nhà mạng này. Hãy dùng các nhà mạng nêu trong điều khoản.",
    fa: "برنامه بازدیدکنندگان این اپراتور یا ارائه‌دهندهٔ اینترنت را نمی‌پذیرد. فقط از اپراتورهای ذکرشده در شرایط برنامه استفاده کنید.",
};
