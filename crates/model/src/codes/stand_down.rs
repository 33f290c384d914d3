//! A coupon, cashback or extension publisher came only after cart or checkout began.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 320,
    word: "stand_down",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The contact came only after the cart or checkout had begun, so that the earlier publisher keeps the result. Reach visitors before the cart.",
    vi: "Lượt tiếp xúc chỉ xuất hiện sau khi khách đã vào giỏ hàng hoặc thanh toán nên kết quả thuộc về đối tác trước đó. Hãy tiếp cận khách trước bước giỏ hàng.",
    fa: "تماس پس از آغاز سبد خرید یا پرداخت رخ داده است، پس نتیجه برای ناشر پیشین می‌ماند. پیش از سبد خرید به بازدیدکننده دسترسی پیدا کنید.",
};
