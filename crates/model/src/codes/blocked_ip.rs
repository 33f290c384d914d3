//! The address stands on a block list of the network or the program.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 105,
    word: "blocked_ip",
    applies: Applies::Touch,
    counted: false,
    recoverable: false,
    party: Party::Network,
    en: "The visitor's address is on a block list. If this is a mistake, the network can remove the entry.",
    vi: "Địa chỉ IP của khách nằm trong danh sách chặn. Nếu có nhầm lẫn, đơn vị vận hành mạng có thể gỡ bỏ.",
    fa: "نشانی IP بازدیدکننده در فهرست مسدودها است. اگر اشتباهی رخ داده، شبکه می‌تواند آن را از فهرست بردارد.",
};
