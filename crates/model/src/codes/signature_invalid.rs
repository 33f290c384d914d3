//! A signed link or postback whose signature does not match its content.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 2,
    word: "signature_invalid",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The signature does not match the content. Check the signing key and that exactly the sent text was signed.",
    vi: "Chữ ký không khớp với nội dung. Hãy kiểm tra khóa ký và bảo đảm đã ký đúng phần văn bản được gửi đi.",
    fa: "امضا با محتوا مطابقت ندارد. کلید امضا را بررسی کنید و مطمئن شوید دقیقاً همان متنِ ارسال‌شده امضا شده است.",
};
