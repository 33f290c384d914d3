//! The click came before the program's first day.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 108,
    word: "program_not_started",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The program has not started yet. Send visitors from its start date on.",
    vi: "Chương trình chưa bắt đầu. Hãy dẫn khách đến kể từ ngày bắt đầu.",
    fa: "برنامه هنوز آغاز نشده است. از تاریخ شروع به بعد بازدیدکننده بفرستید.",
};
