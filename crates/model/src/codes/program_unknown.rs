//! The postback or pixel names no program of this network.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 307,
    word: "program_unknown",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The program named in the report does not exist. Copy the program id from the program's set-up page.",
    vi: "Chương trình nêu trong báo cáo không tồn tại. Hãy sao chép mã chương trình từ trang thiết lập.",
    fa: "برنامه‌ای که در گزارش آمده وجود ندارد. شناسهٔ برنامه را از صفحهٔ راه‌اندازی آن کپی کنید.",
};
