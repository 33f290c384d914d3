//! Targeting: weekday and hour in the program's zone.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 129,
    word: "day_part",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Publisher,
    en: "The program accepts no clicks at this hour. Show the link only within its hours.",
    vi: "Chương trình không nhận lượt nhấp vào giờ này. Chỉ hiển thị liên kết trong khung giờ của chương trình.",
    fa: "برنامه در این ساعت کلیک نمی‌پذیرد. لینک را فقط در ساعت‌های برنامه نمایش دهید.",
};
