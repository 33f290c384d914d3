//! The program has no action of this name.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 308,
    word: "action_unknown",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The program has no action with this name. Use a name from the program's list of actions; the corrected repeat counts.",
    vi: "Chương trình không có hành động với tên này. Hãy dùng tên trong danh sách hành động của chương trình; lần gửi lại đã sửa sẽ được tính.",
    fa: "برنامه کنشی با این نام ندارد. از نام‌های فهرست کنش‌های برنامه استفاده کنید؛ ارسال دوبارهٔ اصلاح‌شده شمرده می‌شود.",
};
