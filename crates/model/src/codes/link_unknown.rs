//! No link has this slug.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 106,
    word: "link_unknown",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "This tracking link does not exist. Copy the link again from the link page; one character may be missing.",
    vi: "Liên kết theo dõi này không tồn tại. Hãy sao chép lại từ trang liên kết; có thể đã thiếu một ký tự.",
    fa: "این لینک رهگیری وجود ندارد. لینک را دوباره از صفحهٔ لینک‌ها کپی کنید؛ شاید یک نویسه جا افتاده باشد.",
};
