//! A known crawler, by its user agent.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 103,
    word: "crawler",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Publisher,
    en: "The request came from a known crawler. Keep tracking links out of crawlers' reach, for example with rel=\"nofollow sponsored\".",
    vi: "Yêu cầu đến từ một trình thu thập dữ liệu đã biết. Hãy tránh để trình thu thập đi theo liên kết theo dõi, ví dụ bằng rel=\"nofollow sponsored\".",
    fa: "درخواست از یک خزندهٔ شناخته‌شده آمده است. لینک‌های رهگیری را از دسترس خزنده‌ها دور نگه دارید، مثلاً با rel=\"nofollow sponsored\".",
};
