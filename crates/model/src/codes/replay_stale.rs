//! The signed timestamp is too far from our time.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 315,
    word: "replay_stale",
    applies: Applies::Conversion,
    counted: false,
    recoverable: true,
    party: Party::Advertiser,
    en: "The signed timestamp is too old or lies in the future. Set the sending server's clock and sign every report anew.",
    vi: "Dấu thời gian đã ký quá cũ hoặc ở tương lai. Hãy chỉnh đồng hồ máy chủ gửi và ký lại từng báo cáo.",
    fa: "زمان امضاشده بیش از حد قدیمی یا در آینده است. ساعت سرور فرستنده را تنظیم و هر گزارش را از نو امضا کنید.",
};
