//! The result followed the click faster than the minimum delay; a flag, unless the contract rejects it.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 305,
    word: "too_fast",
    applies: Applies::Conversion,
    counted: true,
    recoverable: false,
    party: Party::Publisher,
    en: "The result came sooner after the click than a person could manage. It is flagged for review; explain the traffic source if asked.",
    vi: "Kết quả đến sau lượt nhấp nhanh hơn mức một người có thể thực hiện. Kết quả bị đánh dấu để xem xét; hãy giải thích nguồn lưu lượng khi được hỏi.",
    fa: "نتیجه سریع‌تر از توان یک انسان پس از کلیک ثبت شده است. برای بررسی نشانه‌گذاری شد؛ در صورت پرسش، منبع ترافیک را توضیح دهید.",
};
