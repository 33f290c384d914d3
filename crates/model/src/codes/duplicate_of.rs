//! The same business event was stored before.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 300,
    word: "duplicate_of",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "This result was reported before. It is stored and not paid again; the receipt names the first one.",
    vi: "Kết quả này đã được báo trước đó. Nó được lưu lại nhưng không trả tiền lần nữa; biên nhận nêu rõ lần ghi nhận đầu tiên.",
    fa: "این نتیجه پیش‌تر گزارش شده است. ذخیره می‌شود، اما دوباره پرداخت نمی‌شود؛ رسید، نخستین مورد را نام می‌برد.",
};
