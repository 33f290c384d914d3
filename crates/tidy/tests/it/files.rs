//! Rules on files as such: their size, their names, and build scripts.

use crate::finding::{Finding, expect_none, expect_one};
use crate::rust_text::{code_only, words};
use crate::tree::{Scratch, Tree};

const LINES_MAX: usize = 600;
const CODE: &[&str] = &["rs", "ts", "tsx", "js", "mjs", "css", "sql", "sh", "py", "html"];
/// Names that say nothing about what is inside: everything fits, so everything lands there.
const ROOM_NAMES: &[&str] = &[
    "util",
    "utils",
    "utilities",
    "common",
    "commons",
    "helper",
    "helpers",
    "misc",
    "miscellaneous",
    "stuff",
];

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, after)| after)
}

fn sizes(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| CODE.contains(&extension(path))) {
        let lines = tree.text(path).map_or(0, |text| text.lines().count());
        if lines > LINES_MAX {
            findings.push(Finding::new(
                path,
                format!("{lines} lines, the limit is {LINES_MAX}"),
                "find the second idea in this file and give it a file of its own",
            ));
        }
    }
    findings
}

const NAME_REMEDY: &str =
    "name it after the one thing it holds; if it holds many things, give each its own place";

fn room_names(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.files() {
        for part in path.split('/') {
            let stem = part.split('.').next().unwrap_or(part);
            if ROOM_NAMES.contains(&stem.to_lowercase().as_str()) {
                let wrong = format!("'{stem}' is not a name");
                findings.push(Finding::new(path, wrong, NAME_REMEDY));
            }
        }
        if extension(path) == "rs" {
            findings.extend(inline_rooms(path, &tree.text(path).unwrap_or_default()));
        }
    }
    findings
}

/// `mod helpers { … }` inside a file is the same room with another door.
fn inline_rooms(path: &str, source: &str) -> Vec<Finding> {
    let code = code_only(source);
    let words = words(&code);
    words
        .windows(2)
        .filter(|pair| pair[0].text == "mod" && ROOM_NAMES.contains(&pair[1].text))
        .filter(|pair| pair[1].behind.trim_start().starts_with('{'))
        .map(|pair| {
            let wrong = format!("'mod {}' is not a name", pair[1].text);
            Finding::new(format!("{path}:{}", pair[1].line), wrong, NAME_REMEDY)
        })
        .collect()
}

fn build_scripts(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter(|path| *path == "build.rs" || path.ends_with("/build.rs"))
        .map(|path| {
            Finding::new(
                path,
                "a build script",
                "commit what it would generate, with a test that it is current: a build that runs \
                 programs or loads files cannot be repeated",
            )
        })
        .collect()
}

#[test]
fn house_sizes() {
    expect_none(&sizes(&Tree::house()));
}

#[test]
fn house_room_names() {
    expect_none(&room_names(&Tree::house()));
}

#[test]
fn house_build_scripts() {
    expect_none(&build_scripts(&Tree::house()));
}

#[test]
fn a_long_file_is_found() {
    let just = "x\n".repeat(LINES_MAX);
    let long = "x\n".repeat(LINES_MAX + 1);
    let scratch = Scratch::new(&[("a.rs", &just), ("b.sql", &long), ("c.md", &long)]);
    expect_one(&sizes(&scratch.tree()), "b.sql", "601 lines");
}

#[test]
fn a_file_that_cannot_be_named_is_found() {
    let scratch = Scratch::new(&[("src/commons.rs", ""), ("src/commonality.rs", "")]);
    expect_one(&room_names(&scratch.tree()), "src/commons.rs", "commons");
}

#[test]
fn a_folder_that_cannot_be_named_is_found() {
    let scratch = Scratch::new(&[("web/Utils/dates.ts", "")]);
    expect_one(&room_names(&scratch.tree()), "web/Utils/dates.ts", "Utils");
}

#[test]
fn an_inline_module_that_cannot_be_named_is_found() {
    let scratch = Scratch::new(&[("a.rs", "// mod misc { }\nmod misc_codes {}\npub mod misc {\n}\n")]);
    expect_one(&room_names(&scratch.tree()), "a.rs:3", "mod misc");
}

#[test]
fn a_build_script_is_found() {
    let scratch = Scratch::new(&[("crates/a/build.rs", "fn main() {}"), ("rebuild.rs", "")]);
    expect_one(&build_scripts(&scratch.tree()), "crates/a/build.rs", "build script");
}
