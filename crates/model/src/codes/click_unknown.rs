//! A click id that is not one of ours.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 301,
    word: "click_unknown",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The click id is not one of this system's. Send the click_id exactly as it came to the landing page; the corrected repeat counts.",
    vi: "Mã lượt nhấp không thuộc hệ thống này. Hãy gửi click_id đúng như khi trang đích nhận được; lần gửi lại đã sửa sẽ được tính.",
    fa: "شناسهٔ کلیک متعلق به این سامانه نیست. click_id را دقیقاً همان‌گونه که به صفحهٔ فرود رسیده بفرستید؛ ارسال دوبارهٔ اصلاح‌شده شمرده می‌شود.",
};
