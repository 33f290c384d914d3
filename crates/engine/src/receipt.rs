//! The receipt: what a decision rested on and what it says, in one canonical JSON text.
//!
//! The report itself is stored beside it and never changes, so the receipt does not repeat it; its hash
//! covers both. Canonical means: the field order of these types, no blanks, absent fields left out.

use std::collections::HashMap;

use model::conversion::ConversionReport;
use serde::{Deserialize, Serialize};

use crate::{
    conversion::{Decision, decide},
    facts::{Contracts, Facts},
};

/// Format that is written; a reader knows every format up to this one. The first did not say which items each rule was applied to.
pub const FORMAT: u32 = 2;

/// The receipt of a first decision.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Number of the format.
    pub format: u32,
    /// What the decision rested on, beside the report.
    pub facts: Facts,
    /// What it says.
    pub decision: Decision,
}

impl Receipt {
    /// The receipt of a decision.
    pub const fn new(facts: Facts, decision: Decision) -> Self {
        Self { format: FORMAT, facts, decision }
    }

    /// The canonical text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a receipt holds only strings, numbers and maps with string keys")
    }

    /// Takes the decision again from the recorded facts.
    pub fn recompute(&self, report: &ConversionReport, contracts: &dyn Contracts) -> Decision {
        let counters = self.facts.caps_used.iter();
        let used: HashMap<Vec<u8>, i64> =
            counters.filter_map(|(key, used)| Some((unhex(key)?, *used))).collect();
        let mut decision = decide(report, &self.facts, contracts, &|key| used.get(key).copied().unwrap_or(0));
        if self.format < 2 {
            decision.items.clear();
        }
        decision
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Bytes of lower-case or upper-case hexadecimal; `None` for anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes().chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
