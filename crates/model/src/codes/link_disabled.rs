//! The link was switched off.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 107,
    word: "link_disabled",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Publisher,
    en: "This tracking link is switched off. Its publisher can switch it on or replace it.",
    vi: "Liên kết theo dõi này đã bị tắt. Đối tác sở hữu có thể bật lại hoặc thay bằng liên kết khác.",
    fa: "این لینک رهگیری غیرفعال شده است. ناشرِ صاحب لینک می‌تواند آن را فعال یا جایگزین کند.",
};
