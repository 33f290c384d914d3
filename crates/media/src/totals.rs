//! Lines that sum up others.
//!
//! `Total: Campaigns`, `Tổng: Tài khoản`, `Gesamt: Konto`, `Total : Compte`, `Resultados totales`, `جمع: حساب`. A campaign may be
//! called *Total War* or *Gesamtliste*, so the word must stand alone or before a colon or a bracket.

/// Words that stand for a total, in small letters.
const WORDS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "sum",
    "summary",
    "overall",
    "tổng",
    "tổng số",
    "tổng cộng",
    "جمع",
    "مجموع",
    "جمع کل",
    "کل",
    "gesamt",
    "gesamtsumme",
    "summe",
    "insgesamt",
    "totaux",
    "total général",
    "résultats totaux",
    "totales",
    "total general",
    "resultados totales",
    "totale",
    "totali",
    "risultati totali",
    "total geral",
    "totais",
    "resultados totais",
    "total results",
    "gesamtergebnis",
];

/// How sure it is that a text begins a total line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sounds {
    /// It does not.
    Like,
    /// The word stands alone, or before a colon.
    Total,
}

/// Whether the text of a cell says that its line is a total.
pub(crate) fn sounds(cell: &str) -> Sounds {
    let lower = cell.to_lowercase();
    let head = lower.split([':', '(', '\u{FF1A}']).next().unwrap_or_default();
    let head = head.trim_matches(|letter: char| letter.is_whitespace() || crate::sheet::is_invisible(letter));
    let head = head.trim_end_matches(['-', '–', '—', '.']).trim_end();
    if !head.is_empty() && WORDS.iter().any(|word| same(word, head)) { Sounds::Total } else { Sounds::Like }
}

/// The same word, also where a system wrote the marks of its letters apart.
fn same(word: &str, head: &str) -> bool {
    let apart = head.chars().any(|letter| matches!(letter, '\u{300}'..='\u{36f}'));
    word == head || apart && crate::header::comparable(word) == crate::header::comparable(head)
}
