//! The coupon does not give its owner the result under the contract.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 319,
    word: "coupon_not_eligible",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The coupon used does not earn under the contract: it has expired, belongs to somebody else, or its owner brought no contact. Use coupons issued to you.",
    vi: "Mã giảm giá đã dùng không được hưởng theo hợp đồng: mã hết hạn, thuộc người khác, hoặc chủ mã không có lượt tiếp xúc nào. Hãy dùng mã được cấp cho bạn.",
    fa: "کد تخفیفِ استفاده‌شده طبق قرارداد مشمول پورسانت نیست: منقضی شده، متعلق به دیگری است یا صاحب آن تماسی نداشته است. از کدهای صادرشده برای خودتان استفاده کنید.",
};
