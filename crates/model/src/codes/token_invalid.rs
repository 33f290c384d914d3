//! The postback token is missing or wrong.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 314,
    word: "token_invalid",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The postback token is missing or wrong. Copy it again from the program's set-up page and repeat the report.",
    vi: "Mã xác thực postback bị thiếu hoặc sai. Hãy sao chép lại từ trang thiết lập chương trình và gửi lại báo cáo.",
    fa: "توکن پست‌بک فرستاده نشده یا نادرست است. آن را دوباره از صفحهٔ راه‌اندازی برنامه کپی کنید و گزارش را از نو بفرستید.",
};
