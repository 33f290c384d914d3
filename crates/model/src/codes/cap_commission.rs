//! The cap on commission is reached, so clicks are no longer accepted.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 142,
    word: "cap_commission",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The cap on commission for this period is reached, so new clicks are not accepted. Pause the link until the next period, or ask the advertiser to raise the cap.",
    vi: "Đã đạt giới hạn hoa hồng của kỳ này nên không nhận thêm lượt nhấp. Hãy tạm dừng liên kết đến kỳ sau hoặc đề nghị nhà quảng cáo nâng giới hạn.",
    fa: "سقف پورسانت در این دوره پر شده است و کلیک تازه‌ای پذیرفته نمی‌شود. لینک را تا دورهٔ بعد متوقف کنید یا از تبلیغ‌دهنده بخواهید سقف را افزایش دهد.",
};
