//! The advertiser's prepaid balance cannot carry the charge.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 1,
    word: "advertiser_unfunded",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The advertiser's prepaid balance is used up. The advertiser has to top it up; then results count again.",
    vi: "Số dư trả trước của nhà quảng cáo đã hết. Nhà quảng cáo cần nạp thêm tiền để kết quả được ghi nhận trở lại.",
    fa: "اعتبار پیش‌پرداخت تبلیغ‌دهنده تمام شده است. تبلیغ‌دهنده باید حساب خود را شارژ کند تا نتایج دوباره پذیرفته شوند.",
};
