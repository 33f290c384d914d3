//! Candidate touch: under the payout model a later eligible touch earned.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 500,
    word: "touch_later_won",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "A later eligible contact earned the whole result under the contract's model.",
    vi: "Theo mô hình của hợp đồng, một lượt tiếp xúc hợp lệ muộn hơn được hưởng toàn bộ kết quả.",
    fa: "طبق مدل قرارداد، تماس معتبرِ دیرتری تمام نتیجه را از آنِ خود کرده است.",
};
