//! No contract version between program and publisher is in force.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 5,
    word: "contract_missing",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Network,
    en: "No contract between this publisher and the program was in force at that time. Apply to the program or ask the network for a contract.",
    vi: "Tại thời điểm đó không có hợp đồng nào có hiệu lực giữa đối tác và chương trình. Hãy đăng ký tham gia chương trình hoặc yêu cầu đơn vị vận hành mạng lập hợp đồng.",
    fa: "در آن زمان قرارداد معتبری میان این ناشر و برنامه وجود نداشت. برای عضویت در برنامه درخواست دهید یا از شبکه قرارداد بخواهید.",
};
