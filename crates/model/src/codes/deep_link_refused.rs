//! `to=` names a host or scheme that the program has not verified.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 112,
    word: "deep_link_refused",
    applies: Applies::Touch,
    counted: false,
    recoverable: true,
    party: Party::Publisher,
    en: "The target page is not on a host that the program has verified, so nobody was sent there. Choose a page of the advertiser's site, or ask the advertiser to add the host.",
    vi: "Trang đích không nằm trên tên miền mà chương trình đã xác minh nên khách không được chuyển đến đó. Hãy chọn một trang thuộc website của nhà quảng cáo hoặc đề nghị nhà quảng cáo thêm tên miền.",
    fa: "صفحهٔ مقصد روی دامنه‌ای نیست که برنامه تأیید کرده باشد، بنابراین کسی به آنجا فرستاده نشد. صفحه‌ای از سایت تبلیغ‌دهنده انتخاب کنید یا از او بخواهید دامنه را اضافه کند.",
};
