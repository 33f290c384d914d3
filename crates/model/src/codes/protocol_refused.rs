//! The protocol, domain or referrer rules of the program refuse the way the click came.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 110,
    word: "protocol_refused",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Publisher,
    en: "The program accepts clicks only over the protocols and from the domains it lists, and this one came another way. Use the link unchanged, on a registered site.",
    vi: "Chương trình chỉ nhận lượt nhấp qua giao thức và từ tên miền đã khai báo, còn lượt này đến theo cách khác. Hãy dùng nguyên liên kết trên trang đã đăng ký.",
    fa: "برنامه فقط کلیک‌هایی را می‌پذیرد که از پروتکل‌ها و دامنه‌های اعلام‌شده بیایند و این کلیک از راه دیگری آمده است. لینک را بدون تغییر و در سایت ثبت‌شده به کار ببرید.",
};
