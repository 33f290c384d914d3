//! A further click of one visitor on one link inside the uniqueness window.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 100,
    word: "duplicate_click",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "The same visitor clicked this link before within the uniqueness period. The click is stored but only the first one counts.",
    vi: "Khách truy cập này đã nhấp vào liên kết trước đó trong khoảng thời gian tính lượt nhấp duy nhất. Lượt nhấp được lưu lại nhưng chỉ lượt đầu tiên được tính.",
    fa: "همین بازدیدکننده پیش‌تر در بازهٔ یکتایی روی این لینک کلیک کرده است. کلیک ذخیره شد، اما فقط اولین کلیک شمرده می‌شود.",
};
