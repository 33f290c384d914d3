use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Applies, Code, Language};

const HEAD: &str = "\
# Verdict codes

Every click, every conversion and every candidate touch of a receipt carries one of these codes. Words and numbers
never change and are never given again; sentences may be improved. This page is written from
`crates/model/src/codes/` by `MERIT_REGENERATE=1 cargo test -p model codes`: change it there.

- **For**: what the code judges. A code for conversions also explains candidate touches in a receipt.
- **Counts**: whether the event enters the counts that money is paid on.
- **Repeat**: whether a repeat can still count. A conversion reported again with the mistake corrected is judged
  anew; a visitor's next click counts once the cause is gone.
- **Can act**: the party that can change something about it.

| number | word | for | counts | repeat | can act | English | Tiếng Việt | فارسی |
|--:|---|---|---|---|---|---|---|---|
";

fn page() -> String {
    let yes_or_no = |flag| if flag { "yes" } else { "no" };
    let mut page = HEAD.to_owned();
    for code in Code::ALL {
        let info = code.info();
        writeln!(
            page,
            "| {} | <a id=\"{word}\"></a>`{word}` | {} | {} | {} | {} | {} | {} | <span dir=\"rtl\">{}</span> |",
            info.number,
            info.applies.word(),
            yes_or_no(info.counted),
            yes_or_no(info.recoverable),
            info.party.word(),
            info.en,
            info.vi,
            info.fa,
            word = info.word,
        )
        .expect("writing to a String cannot fail");
    }
    page
}

#[test]
fn the_docs_page_is_what_the_registry_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/CODES.md");
    if std::env::var_os("MERIT_REGENERATE").is_some() {
        std::fs::write(&path, page()).expect("docs/CODES.md must be writable");
    }
    let committed = std::fs::read_to_string(&path).expect("docs/CODES.md must exist");
    assert!(
        committed == page(),
        "docs/CODES.md differs from the registry; run MERIT_REGENERATE=1 cargo test -p model codes"
    );
}

#[test]
fn numbers_ascend_and_words_are_unique_and_clean() {
    assert!(Code::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
    let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    for word in words {
        assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{word}");
    }
}

#[test]
fn numbers_stand_in_the_range_of_what_they_judge() {
    for code in Code::ALL {
        let applies = match code.number() {
            0..100 => Applies::Both,
            100..300 => Applies::Touch,
            _ => Applies::Conversion,
        };
        assert_eq!(code.info().applies, applies, "{code}");
    }
}

/// Released numbers: a changed line here would re-label stored rows.
#[test]
fn numbers_and_words_that_are_stored_stay() {
    for (number, word) in [
        (0, "ok"),
        (5, "contract_missing"),
        (100, "duplicate_click"),
        (143, "cap_charge"),
        (300, "duplicate_of"),
        (324, "terms_not_met"),
        (500, "touch_later_won"),
    ] {
        assert_eq!(Code::from_number(number).map(Code::word), Some(word));
    }
}

#[test]
fn every_code_comes_back_from_its_word_number_and_json() {
    for code in Code::ALL {
        assert_eq!(code.info().number, code.number());
        assert_eq!(Code::from_word(code.word()), Some(*code), "file name and word differ");
        assert_eq!(Code::from_number(code.number()), Some(*code));
        assert_eq!(code.to_string().parse(), Ok(*code));
        let json = serde_json::to_string(code).unwrap();
        assert_eq!(json, format!("\"{code}\""));
        assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
    }
    assert_eq!(Code::from_word("OK"), None);
    assert_eq!(Code::from_number(99), None);
    let error = serde_json::from_str::<Code>("\"nonsense\"").unwrap_err().to_string();
    assert!(error.contains("\"nonsense\" is not a verdict code"), "{error}");
}

#[test]
fn sentences_are_written_in_their_language_and_fit_a_table() {
    let persian = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
    let vietnamese = |c: char| ('\u{c0}'..='\u{1b0}').contains(&c) || ('\u{1ea0}'..='\u{1ef9}').contains(&c);
    for code in Code::ALL {
        for language in [Language::En, Language::Vi, Language::Fa] {
            let text = code.sentence(language);
            assert!(text.ends_with('.') && !text.contains(['|', '\n', '<', '*']), "{code}: {text}");
        }
        assert!(code.sentence(Language::En).is_ascii(), "{code}");
        assert!(code.sentence(Language::Vi).contains(vietnamese), "{code}");
        let fa = code.sentence(Language::Fa);
        assert!(fa.contains(persian), "{code}");
        // Arabic yeh and kaf look alike but break search and sorting in Persian text.
        assert!(!fa.contains(['\u{64a}', '\u{643}']), "{code}");
    }
}

#[test]
fn only_accepted_and_flagged_events_count() {
    let counted: Vec<_> = Code::ALL.iter().filter(|code| code.counted()).collect();
    assert_eq!(counted, [&Code::Ok, &Code::TooFast, &Code::CapOverrun, &Code::CapHeld]);
}
