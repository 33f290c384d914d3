//! Candidate touch: its own verdict was a refusal.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 504,
    word: "not_counted_touch",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The contact itself was refused or not counted; its own verdict says why.",
    vi: "Bản thân lượt tiếp xúc đã bị từ chối hoặc không được tính; phán quyết của lượt đó nêu rõ lý do.",
    fa: "خودِ تماس رد شده یا شمرده نشده است؛ رأی همان تماس دلیل را می‌گوید.",
};
