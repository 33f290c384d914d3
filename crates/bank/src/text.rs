//! Text as banks take it: a few Latin letters, digits and signs.
//!
//! Letters beyond them are written in Latin ones (`Nguyễn` as `Nguyen`); what has no Latin form becomes a blank. Nothing is
//! lost in silence: whoever writes a file can ask which texts were not written as they are.

/// The signs beside letters, digits and the blank that a SEPA file may hold.
const SIGNS: &str = "/-?:().,'+";

/// A text that is written otherwise than it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replacement {
    /// Which text: `holder`, `address.town`, ...
    pub field: String,
    /// As it is.
    pub from: String,
    /// As the bank gets it.
    pub to: String,
}

/// `text` in the letters of banks, at most `length` of them. Empty when nothing of it can be written.
pub fn latin(text: &str, length: usize) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || SIGNS.contains(c) || c == ' ' => written.push(c),
            '&' => written.push('+'),
            '_' => written.push('-'),
            c if c.is_whitespace() || c.is_control() => written.push(' '),
            _ => {
                let latin = deunicode::deunicode_char(c).unwrap_or(" ");
                written.extend(latin.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }));
            }
        }
    }
    let words: Vec<&str> = written.split_whitespace().collect();
    // A bank reads slashes at the beginning, at the end and in pairs as marks of its own.
    let mut joined = words.join(" ");
    while joined.contains("//") {
        joined = joined.replace("//", "/");
    }
    let cut: String = joined.trim_matches(['/', ' ']).chars().take(length).collect();
    cut.trim_end_matches(['/', ' ']).to_owned()
}

/// `text` in the letters of banks, and what was replaced when it differs.
pub(crate) fn noted(field: &str, text: &str, length: usize, replaced: &mut Vec<Replacement>) -> String {
    let to = latin(text, length);
    if to != text {
        replaced.push(Replacement { field: field.to_owned(), from: text.to_owned(), to: to.clone() });
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_written_in_latin_letters() {
        for (text, written) in [
            ("Nguyễn Văn Đức", "Nguyen Van Duc"),
            ("Müller & Söhne GmbH", "Muller + Sohne GmbH"),
            ("Österreich_Œuvre", "Osterreich-OEuvre"),
            ("  two   blanks ", "two blanks"),
            ("//sneaky// <b>", "sneaky/ b"),
            ("line\nbreak", "line break"),
            ("=1+1", "1+1"),
            ("😀", "grinning"),
        ] {
            assert_eq!(latin(text, 70), written, "{text}");
        }
        assert_eq!(latin("abc def", 4), "abc");
        assert!(latin("علی رضایی", 70).chars().any(|c| c.is_ascii_alphabetic()));
    }

    #[test]
    fn what_is_replaced_is_noted() {
        let mut replaced = Vec::new();
        assert_eq!(noted("holder", "Plain", 70, &mut replaced), "Plain");
        assert!(replaced.is_empty());
        noted("holder", "Đức", 70, &mut replaced);
        assert_eq!(replaced[0], Replacement { field: "holder".into(), from: "Đức".into(), to: "Duc".into() });
    }

    proptest! {
        #[test]
        fn only_letters_of_banks_come_out(text in "\\PC{0,60}", length in 1_usize..80) {
            let written = latin(&text, length);
            prop_assert!(written.chars().count() <= length);
            prop_assert!(written.chars().all(|c| c.is_ascii_alphanumeric() || SIGNS.contains(c) || c == ' '));
            prop_assert!(!written.contains("//") && !written.starts_with('/') && !written.ends_with('/'));
            prop_assert_eq!(latin(&written, length), written);
        }
    }
}
