//! Targeting: the browser's language.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 126,
    word: "language",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept visitors with this language. Show the link only to readers of the languages of its terms.",
    vi: "Chương trình không nhận khách dùng ngôn ngữ này. Chỉ hiển thị liên kết cho người dùng các ngôn ngữ nêu trong điều khoản.",
    fa: "برنامه بازدیدکنندگان با این زبان را نمی‌پذیرد. لینک را فقط به کاربرانِ زبان‌های ذکرشده در شرایط برنامه نشان دهید.",
};
