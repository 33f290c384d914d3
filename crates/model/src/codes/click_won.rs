//! Candidate impression: an eligible click exists, and impressions earn only without one.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 502,
    word: "click_won",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "There is an eligible click, and an impression earns only when there is none.",
    vi: "Đã có lượt nhấp hợp lệ, mà lượt hiển thị chỉ được hưởng khi không có lượt nhấp nào.",
    fa: "کلیک معتبری وجود دارد و نمایش فقط وقتی سهم می‌برد که کلیکی در کار نباشد.",
};
