//! Candidate touch: it happened after the result.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 503,
    word: "touch_after_conversion",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "The contact came after the result, so that it cannot have brought it.",
    vi: "Lượt tiếp xúc xảy ra sau kết quả nên không thể là nguồn tạo ra kết quả đó.",
    fa: "تماس پس از نتیجه رخ داده است، پس نمی‌تواند آن را به بار آورده باشد.",
};
