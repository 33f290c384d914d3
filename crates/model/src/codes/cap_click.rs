//! The cap on clicks is reached.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 140,
    word: "cap_click",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The cap on clicks for this period is reached. Clicks count again in the next period, or when the advertiser raises the cap.",
    vi: "Đã đạt giới hạn lượt nhấp của kỳ này. Lượt nhấp sẽ được tính lại ở kỳ sau hoặc khi nhà quảng cáo nâng giới hạn.",
    fa: "سقف کلیک در این دوره پر شده است. کلیک‌ها در دورهٔ بعد، یا با افزایش سقف از سوی تبلیغ‌دهنده، دوباره شمرده می‌شوند.",
};
