//! Candidate touch: under the payout model an earlier eligible touch earned.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 501,
    word: "touch_earlier_won",
    applies: Applies::Conversion,
    counted: false,
    recoverable: false,
    party: Party::Nobody,
    en: "An earlier eligible contact earned the whole result under the contract's model.",
    vi: "Theo mô hình của hợp đồng, một lượt tiếp xúc hợp lệ sớm hơn được hưởng toàn bộ kết quả.",
    fa: "طبق مدل قرارداد، تماس معتبرِ زودتری تمام نتیجه را از آنِ خود کرده است.",
};
