//! A cap was used up, and the conversion waits for a person instead of being rejected.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 330,
    word: "cap_held",
    applies: Applies::Conversion,
    counted: true,
    recoverable: false,
    party: Party::Advertiser,
    en: "A cap was used up when the result came, so it is kept for review; the advertiser or the network approves or rejects it.",
    vi: "Hạn mức đã dùng hết khi kết quả đến, nên kết quả được giữ lại để xem xét; nhà quảng cáo hoặc mạng sẽ duyệt hoặc từ chối.",
    fa: "هنگام رسیدن نتیجه سقف پر شده بود، پس برای بررسی نگه داشته شد؛ تبلیغ‌دهنده یا شبکه آن را تأیید یا رد می‌کند.",
};
