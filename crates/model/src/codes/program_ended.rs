//! The click came after the program's last day.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 109,
    word: "program_ended",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The program has ended. Replace the link with one of a running program.",
    vi: "Chương trình đã kết thúc. Hãy thay liên kết bằng liên kết của một chương trình đang chạy.",
    fa: "برنامه پایان یافته است. لینک را با لینک یک برنامهٔ فعال جایگزین کنید.",
};
