//! Consent was refused, or is unknown where the network's setting demands it.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 111,
    word: "consent_refused",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Visitor,
    en: "The visitor did not consent to tracking, and the network does not count such contacts here. Only the visitor can decide otherwise.",
    vi: "Khách truy cập không đồng ý cho theo dõi, và mạng không tính các lượt tiếp xúc như vậy tại khu vực này. Chỉ khách mới có thể thay đổi lựa chọn.",
    fa: "بازدیدکننده با رهگیری موافقت نکرده است و شبکه چنین تماس‌هایی را در این منطقه نمی‌شمارد. فقط خود بازدیدکننده می‌تواند تصمیم دیگری بگیرد.",
};
