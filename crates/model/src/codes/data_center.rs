//! The address belongs to a hosting range.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 104,
    word: "data_center",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The request came from a data centre, where no visitors sit. Check the source of this traffic.",
    vi: "Yêu cầu đến từ trung tâm dữ liệu, nơi không có khách truy cập thật. Hãy kiểm tra nguồn lưu lượng này.",
    fa: "درخواست از یک مرکز داده آمده است که بازدیدکنندهٔ واقعی در آن نیست. منبع این ترافیک را بررسی کنید.",
};
