//! A HEAD request: a checker, not a visitor.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 102,
    word: "head_request",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Nobody,
    en: "A program asked for the link's headers only (HEAD). It got its answer; only a visitor's GET request counts.",
    vi: "Một phần mềm chỉ hỏi phần tiêu đề của liên kết (HEAD). Yêu cầu đã được trả lời; chỉ yêu cầu GET của khách truy cập mới được tính.",
    fa: "یک نرم‌افزار فقط سرآیندهای لینک را درخواست کرده است (HEAD). پاسخ داده شد، اما فقط درخواست GET بازدیدکننده شمرده می‌شود.",
};
