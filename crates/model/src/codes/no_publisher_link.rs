//! Candidate touch: it carries no publisher link (direct, organic, own media).

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 505,
    word: "no_publisher_link",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "The contact came through no publisher's link, so that no commission can rest on it.",
    vi: "Lượt tiếp xúc không đi qua liên kết của đối tác nào nên không thể phát sinh hoa hồng.",
    fa: "این تماس از لینک هیچ ناشری نیامده است، پس پورسانتی بر پایهٔ آن تعلق نمی‌گیرد.",
};
