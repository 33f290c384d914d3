//! The postback could not be read: encoding, form or JSON.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 317,
    word: "body_invalid",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The report could not be read. Send a query string, a form or a JSON object in UTF-8, with the field names of the documentation.",
    vi: "Không đọc được báo cáo. Hãy gửi chuỗi truy vấn, biểu mẫu hoặc đối tượng JSON mã hóa UTF-8 với tên trường theo tài liệu.",
    fa: "گزارش خوانا نیست. آن را به‌صورت رشتهٔ پرس‌وجو، فرم یا شیء JSON با کدگذاری UTF-8 و نام فیلدهای مستندات بفرستید.",
};
