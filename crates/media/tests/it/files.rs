//! Files of every shape that people download, and of every shape that is broken.

use crate::shown::outcome;

/// Cases as text: a name, options, the file, what comes of it. `\n` within a line stands for itself.
const CASES: &str = include_str!("cases.txt");

struct Case<'a> {
    name: &'a str,
    options: &'a str,
    file: String,
    expected: String,
}

fn cases() -> Vec<Case<'static>> {
    let mut cases = Vec::new();
    for text in CASES.split("\n=== ").skip(1) {
        let (name, rest) = text.split_once('\n').expect("a file below the name");
        let (head, expected) = rest.split_once("\n---\n").unwrap_or_else(|| panic!("no outcome in {name}"));
        let (options, file) = match head.strip_prefix("options ") {
            Some(rest) => rest.split_once('\n').expect("a file below the options"),
            None => ("", head),
        };
        let file = file.replace("<tab>", "\t").replace("<nbsp>", "\u{A0}").replace("<nnbsp>", "\u{202F}");
        cases.push(Case {
            name,
            options,
            file: format!("{file}\n"),
            expected: expected.trim_end().to_owned(),
        });
    }
    cases
}

#[test]
fn every_case_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() > 50, "only {} cases", cases.len());
    for case in &cases {
        let found = outcome(case.file.as_bytes(), case.options);
        if found != case.expected {
            wrong.push(format!("=== {}\n--- expected\n{}\n--- found\n{found}\n", case.name, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_file_in_every_encoding() {
    let text = "Campaign,Day,Cost (VND),Impr.\nTết sale,2026-01-31,\"1.250.000\",\"12.000\"\n";
    let expected = "2026-01-31 Tết sale: 1250000 VND 12000 -";
    let sixteen = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (sixteen(u16::to_le_bytes), sixteen(u16::to_be_bytes));
    let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
    for (name, bytes) in [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with a mark", marked(b"\xEF\xBB\xBF", text.as_bytes())),
        ("UTF-16LE with a mark", marked(b"\xFF\xFE", &little)),
        ("UTF-16BE with a mark", marked(b"\xFE\xFF", &big)),
        ("UTF-16LE", little.clone()),
        ("UTF-16BE", big.clone()),
    ] {
        assert_eq!(outcome(&bytes, ""), expected, "{name}");
    }
}

#[test]
fn other_encodings_are_asked_for() {
    // Windows-1252: ü is a byte of its own.
    let bytes = b"Kampagne;Tag;Kosten (EUR)\nFr\xFChling;31.01.2026;1.234,50\n";
    assert_eq!(outcome(bytes, ""), "ask encoding 0 -");
    assert_eq!(outcome(bytes, "encoding=windows-1252"), "2026-01-31 Frühling: 1234.50 EUR - -");
    // Half a character at the end is no UTF-16.
    assert_eq!(outcome(b"\xFF\xFEa\x00b", ""), "unreadable: the file is not text in UTF-16LE");
}

#[test]
fn what_is_no_table_is_refused() {
    for (bytes, words) in [
        (&b""[..], "the file is empty"),
        (b"  \r\n \n", "the file is empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xD0\xCF\x11\xE0rest", "Excel workbook"),
        (b"day,cost\0,campaign\n", "not text"),
        (b"just words\nand more words\n", "no line of the first"),
        (b"<html><body>Please sign in, cost, day</body></html>", "no line of the first"),
        (
            b"Campaign,Day,Cost (USD)\nA,2026-01-31,\"1\nB,2026-01-31,2\nC,2026-01-31,3\n",
            "line 2: a quotation mark is opened",
        ),
    ] {
        let found = outcome(bytes, "");
        assert!(found.starts_with("unreadable: ") && found.contains(words), "{found}");
    }
}

#[test]
fn questions_say_line_column_and_answer() {
    let media::Reading::Questions(questions) =
        media::read(b"Campaign,Day,Cost (USD)\nA,03/04/2026,1\n", &media::Options::default()).unwrap()
    else {
        panic!("nothing is asked")
    };
    assert_eq!(
        questions[0].to_string(),
        "line 2, column `Day`: This date has several meanings. In which order are day, month and year? Found: 03/04/2026. \
         Answer with `dates`, such as day-first, month-first, year-first."
    );
}

#[test]
fn every_question_is_asked_in_three_languages_and_has_an_answer() {
    for subject in media::Subject::ALL {
        let (option, answers) = subject.option();
        assert!(!option.is_empty() && !answers.is_empty());
        assert!(subject.sentences().iter().all(|sentence| sentence.len() > 20), "{subject:?}");
        assert!(
            CASES.contains(&format!("ask {}", subject.word())) || subject == media::Subject::Encoding,
            "{subject:?}"
        );
    }
}
