//! The sender's address is not on the advertiser's list.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 316,
    word: "ip_not_allowed",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The report came from an address that is not on the advertiser's list. Add the server's address to the list and repeat.",
    vi: "Báo cáo đến từ địa chỉ IP không có trong danh sách của nhà quảng cáo. Hãy thêm địa chỉ máy chủ vào danh sách rồi gửi lại.",
    fa: "گزارش از نشانی IPای آمده که در فهرست تبلیغ‌دهنده نیست. نشانی سرور را به فهرست اضافه کنید و دوباره بفرستید.",
};
