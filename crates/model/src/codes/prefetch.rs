//! `Sec-Purpose: prefetch`, prerender or a link preview.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 101,
    word: "prefetch",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Nobody,
    en: "The browser loaded the link in advance, without a visitor's click. The real click counts when it happens.",
    vi: "Trình duyệt tải trước liên kết khi khách chưa nhấp. Lượt nhấp thật sẽ được tính khi khách nhấp.",
    fa: "مرورگر لینک را از پیش بارگذاری کرده و بازدیدکننده هنوز کلیک نکرده است. کلیک واقعی هنگام وقوع شمرده می‌شود.",
};
