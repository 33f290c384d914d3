//! Everything held: the event counts.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 0,
    word: "ok",
    applies: Applies::Both,
    counted: true,
    recoverable: false,
    party: Party::Nobody,
    en: "Accepted. Nothing needs to be done.",
    vi: "Đã được ghi nhận. Không cần làm gì thêm.",
    fa: "پذیرفته شد. نیازی به انجام کاری نیست.",
};
