//! No click id, and nothing else led to a touch.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 303,
    word: "no_touch",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "No contact with a publisher was found for this result. If there was one, send its click_id; the corrected repeat counts.",
    vi: "Không tìm thấy lượt tiếp xúc nào với đối tác cho kết quả này. Nếu có, hãy gửi click_id tương ứng; lần gửi lại đã sửa sẽ được tính.",
    fa: "برای این نتیجه هیچ تماسی با ناشر پیدا نشد. اگر تماسی بوده، click_id آن را بفرستید؛ ارسال دوبارهٔ اصلاح‌شده شمرده می‌شود.",
};
