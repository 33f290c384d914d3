//! What a checker says about one broken rule.

use std::fmt;

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// File, with a line where there is one.
    pub(crate) place: String,
    /// What is wrong.
    pub(crate) wrong: String,
    /// What the reader should do now.
    pub(crate) remedy: String,
}

impl Finding {
    pub(crate) fn new(place: impl Into<String>, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), wrong: wrong.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    do: {}", self.place, self.wrong, self.remedy)
    }
}

/// Fails the test with every finding, so that one run shows the whole work to do.
pub(crate) fn expect_none(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(findings.is_empty(), "{} finding(s)\n\n{}\n", findings.len(), lines.join("\n"));
}

/// Asserts that exactly one finding came back, at `place`, naming `word`.
pub(crate) fn expect_one(findings: &[Finding], place: &str, word: &str) {
    assert_eq!(findings.len(), 1, "expected one finding, got {findings:#?}");
    let found = &findings[0];
    assert_eq!(found.place, place);
    assert!(found.wrong.contains(word), "'{word}' is not in: {}", found.wrong);
    assert!(!found.remedy.is_empty(), "a finding must say what to do: {found:?}");
}
