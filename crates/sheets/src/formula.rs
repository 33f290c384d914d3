//! Cells that would be formulas.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a return for a formula, whoever wrote it.
//! Such cells are written with a `'` before them, and so are those where only further `'` stand before one of these; reading takes
//! one away again, so what is exported and imported is the same.

const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a formula follows any number of `'`.
fn leads_to_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// The cell as it is written.
pub fn neutralised(text: &str) -> std::borrow::Cow<'_, str> {
    match leads_to_formula(text) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

/// The cell as it was meant.
pub fn meant(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if leads_to_formula(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_come_back() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-5", "'-5"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("'=1", "''=1"),
            ("''-", "'''-"),
            ("'quoted'", "'quoted'"),
            ("a=1", "a=1"),
            ("", ""),
            ("'", "'"),
        ] {
            assert_eq!(neutralised(text), cell);
            assert_eq!(meant(cell), text);
        }
    }
}
