//! The result would overshoot a cap and the contract does not honour it.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 313,
    word: "cap_reached",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Advertiser,
    en: "A cap of the contract is reached, so this result is not paid. The advertiser can raise the cap for what follows.",
    vi: "Đã đạt giới hạn của hợp đồng nên kết quả này không được trả tiền. Nhà quảng cáo có thể nâng giới hạn cho các kết quả tiếp theo.",
    fa: "سقف قرارداد پر شده است و این نتیجه پرداخت نمی‌شود. تبلیغ‌دهنده می‌تواند سقف را برای نتایج بعدی افزایش دهد.",
};
