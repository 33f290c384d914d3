//! Targeting: mobile network, Wi-Fi, fixed line.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 128,
    word: "connection",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept this kind of connection. Show the link only on the connections of its terms.",
    vi: "Chương trình không nhận loại kết nối này. Chỉ hiển thị liên kết trên các loại kết nối nêu trong điều khoản.",
    fa: "برنامه این نوع اتصال را نمی‌پذیرد. لینک را فقط در اتصال‌های ذکرشده در شرایط برنامه نمایش دهید.",
};
