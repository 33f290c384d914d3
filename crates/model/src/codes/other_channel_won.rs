//! A later contact of another channel displaces the publisher under the contract.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 322,
    word: "other_channel_won",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "A later contact through another channel won the result, as the contract provides. The receipt shows the contact.",
    vi: "Một lượt tiếp xúc muộn hơn từ kênh khác đã nhận kết quả theo quy định của hợp đồng. Biên nhận cho thấy lượt tiếp xúc đó.",
    fa: "تماس بعدی از کانالی دیگر، طبق قرارداد، نتیجه را از آنِ خود کرده است. رسید آن تماس را نشان می‌دهد.",
};
