//! A click id in our form whose signature fails.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 302,
    word: "click_forged",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The click id has been altered: its signature does not fit. Check that nothing cuts or rewrites it on its way; the corrected repeat counts.",
    vi: "Mã lượt nhấp đã bị thay đổi: chữ ký của nó không khớp. Hãy kiểm tra xem có gì cắt hoặc ghi lại mã trên đường truyền không; lần gửi lại đã sửa sẽ được tính.",
    fa: "شناسهٔ کلیک دستکاری شده و امضای آن درست نیست. بررسی کنید چیزی در مسیر آن را کوتاه یا بازنویسی نکند؛ ارسال دوبارهٔ اصلاح‌شده شمرده می‌شود.",
};
