//! How papers are numbered.

/// The text of a number: `INV-2026-0007` when each year begins anew (`year`), else `INV-000007`.
pub fn number_text(prefix: &str, year: Option<i64>, ordinal: i64) -> String {
    match year {
        Some(year) => format!("{prefix}{year}-{ordinal:04}"),
        None => format!("{prefix}{ordinal:06}"),
    }
}
