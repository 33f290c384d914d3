//! Just enough of Rust's lexical rules to look at code and not at comments, literals or tests.
//!
//! [`code_only`] replaces comments and literals by spaces and keeps every line break, so that a line
//! number found in the result is the line number in the file. [`without_tests`] then does the same for
//! every item behind `#[cfg(test)]`.

/// `source` with comments, strings and character literals blanked.
pub(crate) fn code_only(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end > at {
            out.extend(chars[at..end].iter().map(|&c| blank(c)));
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out.into_iter().collect()
}

fn blank(c: char) -> char {
    if c == '\n' { '\n' } else { ' ' }
}

/// Where the comment or literal that begins at `at` ends; `at` itself when none begins there.
fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => seek(chars, at, '\n'),
        '/' if next == Some('*') => block_comment_end(chars, at),
        '"' => string_end(chars, at),
        'r' if !continues_a_word(chars, at) => raw_string_end(chars, at),
        // The r of br"…" and cr"…"; a plain b"…" or c"…" is met at its quote.
        'b' | 'c' if next == Some('r') && !continues_a_word(chars, at) => {
            let end = raw_string_end(chars, at + 1);
            if end > at + 1 { end } else { at }
        }
        '\'' => char_end(chars, at),
        _ => at,
    }
}

fn continues_a_word(chars: &[char], at: usize) -> bool {
    at > 0 && is_word(chars[at - 1])
}

fn seek(chars: &[char], from: usize, wanted: char) -> usize {
    (from..chars.len()).find(|&i| chars[i] == wanted).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0_u32, at);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => {
                depth += 1;
                i += 2;
            }
            ('*', '/') => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// `at` stands on the `r`. A raw identifier such as `r#type` has no quote behind its hash.
fn raw_string_end(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while chars.get(i) == Some(&'#') {
        i += 1;
    }
    let hashes = i - at - 1;
    if chars.get(i) != Some(&'"') {
        return at;
    }
    i += 1;
    while i < chars.len() {
        let closes = chars[i] == '"'
            && chars.len() > i + hashes
            && chars[i + 1..=i + hashes].iter().all(|&c| c == '#');
        if closes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    chars.len()
}

/// A quote opens a character when it closes behind one character or an escape; else it is a lifetime.
fn char_end(chars: &[char], at: usize) -> usize {
    match chars.get(at + 1) {
        Some('\\') => seek(chars, (at + 3).min(chars.len()), '\'').saturating_add(1).min(chars.len()),
        Some(_) if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

/// `code` (already [`code_only`]) without the items behind `#[cfg(test)]`.
pub(crate) fn without_tests(code: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        let end = start + item_end(&rest[start..]);
        out.extend(rest[..start].chars());
        out.extend(rest[start..end].chars().map(blank));
        rest = &rest[end..];
    }
    out.extend(rest.chars());
    out.into_iter().collect()
}

/// The length of the first item of `code` with its attributes: up to its `;` or its closing brace.
fn item_end(code: &str) -> usize {
    let mut brackets = 0_u32;
    let mut braces = 0_u32;
    for (i, c) in code.char_indices() {
        match c {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 && brackets == 0 {
                    return i + 1;
                }
            }
            ';' if braces == 0 && brackets == 0 => return i + 1,
            _ => {}
        }
    }
    code.len()
}

/// The names of the modules that `code` declares as `#[cfg(test)] mod name;`: their files are tests.
pub(crate) fn test_modules(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (start, _) in code.match_indices("#[cfg(test)]") {
        let item = &code[start..start + item_end(&code[start..])];
        if item.ends_with(';')
            && let Some((_, name)) = item.rsplit_once("mod ")
        {
            names.push(name.trim_end_matches(';').trim().to_owned());
        }
    }
    names
}

/// A word of the code: an identifier, a keyword or a number.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
    /// What stands directly behind the word, up to the end of its line.
    pub(crate) behind: &'a str,
    /// What stands directly before the word, from the start of its line.
    pub(crate) before: &'a str,
}

impl<'a> Word<'a> {
    /// What stands between this word and the next one of its line.
    pub(crate) fn gap(&self) -> &'a str {
        self.behind.split(is_word).next().unwrap_or_default()
    }
}

pub(crate) fn words(code: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut start = None;
        for (i, c) in line.char_indices().chain([(line.len(), ' ')]) {
            match (start, is_word(c)) {
                (None, true) => start = Some(i),
                (Some(from), false) => {
                    found.push(Word {
                        text: &line[from..i],
                        line: index + 1,
                        behind: &line[i..],
                        before: &line[..from],
                    });
                    start = None;
                }
                _ => {}
            }
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn comments_and_literals_are_blanked_and_lines_kept() {
    let cases = [
        ("a // f64\nb", "a b"),
        ("a /* f64 /* in */ out */ b", "a b"),
        (r#"a("f64 \" f64") b"#, "a( ) b"),
        ("a(r#\"f64 \" f64\"#) b", "a( ) b"),
        ("a(br\"f64\") b", "a( ) b"),
        ("a(b\"f64\") b", "a(b ) b"),
        ("r#type f64", "r#type f64"),
        ("'\"' f64 '\\'' 'x", "f64 'x"),
        ("&'a str '\\u{41}' f64", "&'a str f64"),
        ("\"one\ntwo\" f64", "f64"),
        ("\"never closed", ""),
        ("bar\"s\"", "bar"),
    ];
    for (source, kept) in cases {
        let code = code_only(source);
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), kept);
        assert_eq!(code.chars().count(), source.chars().count(), "for {source}");
        assert_eq!(code.lines().count(), source.lines().count(), "for {source}");
    }
}

#[test]
fn test_items_are_blanked_and_the_rest_stays() {
    let code = "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n fn b() { [1; 2] }\n}\nfn c() {}";
    let kept = without_tests(code);
    assert!(kept.contains("fn a") && kept.contains("fn c"));
    assert!(!kept.contains("fn b"));
    assert_eq!(kept.lines().count(), code.lines().count());
    assert!(without_tests("#[cfg(test)]\nuse x;\nfn d() {}").contains("fn d"));
}

#[test]
fn test_modules_in_their_own_files_are_named() {
    let code = "#[cfg(test)]\nmod cases;\nmod real;\n#[cfg(test)]\nmod inline { }\n#[cfg(test)] pub(crate) mod more;";
    assert_eq!(test_modules(code), ["cases", "more"]);
}

#[test]
fn words_know_their_line_and_neighbours() {
    let found = words("let x = 1.5;\nf64");
    let one = found[2];
    assert_eq!((one.text, one.line, one.behind), ("1", 1, ".5;"));
    assert_eq!((found[4].text, found[4].line), ("f64", 2));
}
