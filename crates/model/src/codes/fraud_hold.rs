//! Held for review; a person decides.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 323,
    word: "fraud_hold",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Network,
    en: "The result is held for a fraud review. The network decides; send evidence of the traffic source if you have it.",
    vi: "Kết quả đang bị giữ để kiểm tra gian lận. Đơn vị vận hành mạng sẽ quyết định; hãy gửi bằng chứng về nguồn lưu lượng nếu có.",
    fa: "نتیجه برای بررسی تقلب نگه داشته شده است. تصمیم با شبکه است؛ اگر مدرکی دربارهٔ منبع ترافیک دارید بفرستید.",
};
