//! The result does not meet the contract's conditions.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 324,
    word: "terms_not_met",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The result does not meet the conditions of the contract, for example its country, its minimum amount or its means of promotion. Read the matched rule in the receipt.",
    vi: "Kết quả không đáp ứng điều kiện của hợp đồng, ví dụ về quốc gia, giá trị tối thiểu hoặc hình thức quảng bá. Hãy xem điều khoản được áp dụng trong biên nhận.",
    fa: "نتیجه شرایط قرارداد را برآورده نمی‌کند، مثلاً از نظر کشور، حداقل مبلغ یا روش تبلیغ. قاعدهٔ اعمال‌شده را در رسید ببینید.",
};
