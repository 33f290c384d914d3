//! Targeting: phone, tablet, computer, television.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 123,
    word: "device",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program does not accept this kind of device. Show the link only on the devices of its terms.",
    vi: "Chương trình không nhận loại thiết bị này. Chỉ hiển thị liên kết trên các thiết bị nêu trong điều khoản.",
    fa: "برنامه این نوع دستگاه را نمی‌پذیرد. لینک را فقط در دستگاه‌های ذکرشده در شرایط برنامه نمایش دهید.",
};
