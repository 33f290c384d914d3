//! The click belongs to another program than the one that reports the result.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 306,
    word: "program_mismatch",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The click belongs to another program. Report the result with that program's token, or send the right click id.",
    vi: "Lượt nhấp thuộc chương trình khác. Hãy báo kết quả bằng mã xác thực của chương trình đó hoặc gửi đúng mã lượt nhấp.",
    fa: "کلیک به برنامهٔ دیگری تعلق دارد. نتیجه را با توکن همان برنامه گزارش کنید یا شناسهٔ کلیک درست را بفرستید.",
};
