//! A test report: shown, never paid.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 318,
    word: "test",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Nobody,
    en: "This is a test. It is shown with everything that would have happened and is never paid.",
    vi: "Đây là lần thử. Hệ thống hiển thị đầy đủ những gì lẽ ra sẽ diễn ra và không bao giờ trả tiền.",
    fa: "این یک آزمایش است. همهٔ آنچه رخ می‌داد نشان داده می‌شود و هرگز پرداختی در پی ندارد.",
};
