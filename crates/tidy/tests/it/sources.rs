//! Rules on what the code says: no floating point and no outside world in pure crates, no way round the
//! ban on ambient time and randomness, nothing left for later.

use std::collections::BTreeSet;

use crate::finding::{Finding, expect_none, expect_one};
use crate::rust_text::{Word, code_only, test_modules, without_tests, words};
use crate::tree::{Scratch, Tree};

/// Functions from data to data; all of them touch money.
const PURE: &[&str] = &[
    "attribution",
    "bank",
    "billing",
    "commission",
    "engine",
    "ledger",
    "media",
    "model",
    "report",
    "sheets",
];
/// Pure too, but it measures pages: positions are floating point, amounts never are.
const PAGES: &[&str] = &["documents"];
/// Modules of the standard library that reach outside the function.
const OUTSIDE: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread"];
/// Words that no pure function needs.
const IMPURE: &[&str] = &["async", "await", "Instant", "RandomState", "SystemTime"];
/// Where the ban of clippy.toml may be lifted: the one implementation, and programs that measure.
const AMBIENT: &[&str] = &["crates/merit/src/ambient.rs", "crates/testkit/", "bench/"];
/// Comments that promise instead of telling. In two parts, so that this file does not hold them.
const PROMISES: &[&str] =
    &[concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X:"), concat!("HA", "CK:")];

/// The Rust files that the product is built from, as code without comments, literals and tests.
fn product_code(tree: &Tree, folder: &str) -> Vec<(String, String)> {
    let mut codes = Vec::new();
    let mut tests = BTreeSet::new();
    for path in tree.files().filter(|path| path.starts_with(folder) && path.ends_with(".rs")) {
        let code = code_only(&tree.text(path).unwrap_or_default());
        tests.extend(test_modules(&code).into_iter().map(|name| module_path(path, &name)));
        codes.push((path.to_owned(), without_tests(&code)));
    }
    codes.retain(|(path, _)| !is_test(path, &tests));
    codes
}

/// Where the module `name` declared in `path` lives, without `.rs` or `/mod.rs`.
fn module_path(path: &str, name: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "lib.rs" | "main.rs" | "mod.rs" => format!("{folder}/{name}"),
        _ => format!("{}/{name}", path.trim_end_matches(".rs")),
    }
}

fn is_test(path: &str, test_modules: &BTreeSet<String>) -> bool {
    let in_test_folder = path.split('/').any(|part| part == "tests" || part == "benches");
    in_test_folder
        || test_modules.iter().any(|module| {
            path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
}

fn floats(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in PURE {
        for (path, code) in product_code(tree, &format!("crates/{name}/")) {
            for word in words(&code).into_iter().filter(is_float) {
                findings.push(Finding::new(
                    format!("{path}:{}", word.line),
                    format!("floating point: {}{}", word.text, word.behind),
                    "count in checked i64 or i128 at a fixed scale; a rate is a fraction of integers",
                ));
            }
        }
    }
    findings
}

fn is_float(word: &Word<'_>) -> bool {
    let text = word.text;
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return text == "f32" || text == "f64";
    }
    if text.starts_with("0x") || text.starts_with("0b") || text.starts_with("0o") {
        return false;
    }
    // In `pair.0.1` the digits are fields.
    let field = word.before.ends_with('.') && !word.before.ends_with("..");
    let fraction = word.behind.starts_with('.') && word.behind[1..].starts_with(|c: char| c.is_ascii_digit());
    let exponent = text
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '_')
        .strip_prefix(['e', 'E'])
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()));
    !field && (fraction || exponent || text.ends_with("f32") || text.ends_with("f64"))
}

fn outside_world(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in PURE.iter().chain(PAGES) {
        for (path, code) in product_code(tree, &format!("crates/{name}/")) {
            for (line, what) in reaches_outside(&code) {
                findings.push(Finding::new(
                    format!("{path}:{line}"),
                    format!("{what} in the pure crate {name}"),
                    "take the value as an argument; app reads clocks, files and sockets",
                ));
            }
        }
    }
    findings
}

fn reaches_outside(code: &str) -> Vec<(usize, String)> {
    let words = words(code);
    let mut found = Vec::new();
    let mut in_std_group = false;
    for pair in words.windows(2) {
        let (first, second) = (pair[0], pair[1]);
        if first.text == "std" && first.behind.starts_with("::{") {
            in_std_group = true;
        }
        let of_std = first.text == "std" && first.behind.starts_with("::");
        if (of_std || in_std_group) && OUTSIDE.contains(&second.text) {
            found.push((second.line, format!("std::{}", second.text)));
        }
        in_std_group = in_std_group && !second.gap().contains(';');
    }
    let impure = words.iter().filter(|word| IMPURE.contains(&word.text));
    found.extend(impure.map(|word| (word.line, word.text.to_owned())));
    found
}

/// clippy.toml bans ambient time and randomness; this rule keeps the ban from being switched off.
fn lifted_bans(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, code) in product_code(tree, "") {
        if AMBIENT.iter().any(|allowed| path.starts_with(allowed)) {
            continue;
        }
        for word in words(&code) {
            if word.text == "disallowed_methods" {
                findings.push(Finding::new(
                    format!("{path}:{}", word.line),
                    "the ban on ambient time and randomness is lifted",
                    "take a model::Clock or model::Entropy as an argument",
                ));
            }
        }
    }
    findings
}

/// Tests included: a skipped test is a promise too.
fn left_for_later(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let written = ["rs", "ts", "tsx", "js", "mjs", "sql", "css", "sh", "toml"];
    for path in tree.files() {
        let extension = path.rsplit_once('.').map_or("", |(_, after)| after);
        if !written.contains(&extension) {
            continue;
        }
        let text = tree.text(path).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            if let Some(word) = PROMISES.iter().find(|word| line.contains(**word)) {
                findings.push(later(path, index + 1, word));
            }
        }
        if extension == "rs" {
            let code = code_only(&text);
            for word in words(&code) {
                let stub = ["todo", "unimplemented"].contains(&word.text) && word.behind.starts_with('!');
                let skipped = word.text == "ignore" && word.before.trim_end().ends_with("#[");
                if stub || skipped {
                    findings.push(later(path, word.line, word.text));
                }
            }
        }
    }
    findings
}

fn later(path: &str, line: usize, word: &str) -> Finding {
    Finding::new(
        format!("{path}:{line}"),
        format!("left for later: {word}"),
        "do it now, or take it out and write an issue",
    )
}

#[test]
fn house_floats() {
    expect_none(&floats(&Tree::house()));
}

#[test]
fn house_outside_world() {
    expect_none(&outside_world(&Tree::house()));
}

#[test]
fn house_lifted_bans() {
    expect_none(&lifted_bans(&Tree::house()));
}

#[test]
fn house_left_for_later() {
    expect_none(&left_for_later(&Tree::house()));
}

fn ledger(code: &str) -> Scratch {
    Scratch::new(&[("crates/ledger/src/lib.rs", code)])
}

const LEDGER: &str = "crates/ledger/src/lib.rs:1";

#[test]
fn floating_point_in_a_pure_crate_is_found() {
    for code in ["fn a(x: f64) {}", "let x = 1.5;", "1e3", "1_0E-3", "2f32", "0.5_f64", "(0..1).sum::<f32>()"]
    {
        expect_one(&floats(&ledger(code).tree()), LEDGER, "floating point");
    }
}

#[test]
fn integers_fields_ranges_comments_and_tests_are_not_floating_point() {
    let fine = "a.0.1; 0..10; 1usize; 0x1e3; 0x1f64; 1.max(2); 3_i64 // 1.5 f64\n/* f32 */ \"1.5\"\n\
                #[cfg(test)]\nmod tests { fn a() -> f64 { 1.5 } }\n";
    expect_none(&floats(&ledger(fine).tree()));
    let scratch = Scratch::new(&[
        ("crates/ledger/src/lib.rs", "#[cfg(test)]\nmod cases;\n"),
        ("crates/ledger/src/cases.rs", "const X: f64 = 1.5;"),
        ("crates/ledger/src/cases/more.rs", "const X: f64 = 1.5;"),
        ("crates/ledger/tests/it/main.rs", "const X: f64 = 1.5;"),
        ("crates/app/src/lib.rs", "const X: f64 = 1.5;"),
    ]);
    expect_none(&floats(&scratch.tree()));
}

#[test]
fn the_outside_world_in_a_pure_crate_is_found() {
    let cases = [
        ("use std::fs;", "fs"),
        ("let x = std::env::var(a);", "env"),
        ("use std::{fmt, thread};", "thread"),
        ("async fn a() {}", "async"),
        ("use std::time::SystemTime;", "SystemTime"),
    ];
    for (code, word) in cases {
        expect_one(&outside_world(&ledger(code).tree()), LEDGER, word);
    }
    expect_none(&outside_world(&ledger("use std::{fmt, mem};\nfn io(net: u8) {}").tree()));
}

#[test]
fn a_lifted_ban_is_found() {
    let lifted = "#[allow(clippy::disallowed_methods)]\nfn now() {}";
    let scratch = Scratch::new(&[
        ("crates/app/src/clock.rs", lifted),
        ("crates/app/tests/it/main.rs", lifted),
        ("crates/merit/src/ambient.rs", lifted),
    ]);
    expect_one(&lifted_bans(&scratch.tree()), "crates/app/src/clock.rs:1", "lifted");
}

#[test]
fn what_is_left_for_later_is_found() {
    for code in
        ["fn a() { todo!() }", "fn a() { unimplemented!(\"x\") }", "#[ignore]", "#[ignore = \"slow\"]"]
    {
        expect_one(&left_for_later(&ledger(code).tree()), LEDGER, "left for later");
    }
    for promise in PROMISES {
        expect_one(&left_for_later(&ledger(&format!("// {promise} x")).tree()), LEDGER, "left for later");
    }
    expect_none(&left_for_later(&ledger("let ignore = \"todo!()\"; // not #[ignore]\nfn todo() {}").tree()));
}
