//! The currency is not a known code.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 311,
    word: "currency_unknown",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The currency is not known. Send the three-letter ISO 4217 code, such as USD, VND or IRR.",
    vi: "Không nhận ra loại tiền tệ. Hãy gửi mã ISO 4217 gồm ba chữ cái, ví dụ USD, VND hoặc IRR.",
    fa: "واحد پول شناخته نشد. کد سه‌حرفی ISO 4217 مانند USD، VND یا IRR را بفرستید.",
};
