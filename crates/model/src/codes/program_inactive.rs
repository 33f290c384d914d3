//! The program is paused, a draft or closed.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 4,
    word: "program_inactive",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The program is paused or closed. The advertiser can resume it; until then send visitors elsewhere.",
    vi: "Chương trình đang tạm dừng hoặc đã đóng. Nhà quảng cáo có thể mở lại; trong lúc chờ, hãy dẫn khách đến nơi khác.",
    fa: "برنامه متوقف یا بسته شده است. تبلیغ‌دهنده می‌تواند آن را دوباره فعال کند؛ تا آن زمان بازدیدکنندگان را به جای دیگری بفرستید.",
};
