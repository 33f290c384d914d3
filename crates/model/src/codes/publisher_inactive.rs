//! The publisher is paused, closed or not yet approved.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 3,
    word: "publisher_inactive",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Network,
    en: "The publisher is not active in this network. The network can activate the publisher.",
    vi: "Đối tác không hoạt động trong mạng này. Đơn vị vận hành mạng có thể kích hoạt lại đối tác.",
    fa: "ناشر در این شبکه فعال نیست. شبکه می‌تواند ناشر را فعال کند.",
};
