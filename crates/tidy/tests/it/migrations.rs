//! A migration that was released is never edited: somebody's database has already run it.
//!
//! `CHECKSUMS` lists every migration with its SHA-256, in the form that `sha256sum` writes, so a change
//! to a listed file shows here and the list itself shows in review.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::finding::{Finding, expect_none, expect_one};
use crate::tree::{Scratch, Tree};

const FOLDER: &str = "crates/store/migrations";
const LIST: &str = "crates/store/migrations/CHECKSUMS";

fn migrations(tree: &Tree) -> Vec<Finding> {
    let prefix = format!("{FOLDER}/");
    let files: BTreeSet<&str> = tree
        .files()
        .filter_map(|path| path.strip_prefix(&prefix))
        .filter(|name| name.ends_with(".sql"))
        .collect();
    let list = tree.text(LIST).unwrap_or_default();
    let mut findings = Vec::new();
    let mut listed = BTreeMap::new();
    for (index, line) in list.lines().enumerate() {
        match line.split_once("  ") {
            Some((sum, name)) if sum.len() == 64 => {
                if listed.insert(name, sum).is_some() {
                    findings.push(bad_line(index, "the same migration twice"));
                }
            }
            _ => findings.push(bad_line(index, "not a line of sha256sum")),
        }
    }
    for name in files.iter().filter(|name| !listed.contains_key(**name)) {
        findings.push(Finding::new(
            format!("{prefix}{name}"),
            "a migration that CHECKSUMS does not list",
            format!("cd {FOLDER} && sha256sum {name} >> CHECKSUMS"),
        ));
    }
    for (name, sum) in listed {
        let path = format!("{prefix}{name}");
        match tree.bytes(&path) {
            None => findings.push(Finding::new(
                path,
                "a listed migration is gone",
                "put it back: databases that ran it still need its place in the order",
            )),
            Some(bytes) if hex(&Sha256::digest(&bytes)) != sum => findings.push(Finding::new(
                path,
                "a listed migration was changed",
                "put the old text back and write a new migration (only if this one was never \
                 released: write its new sum into CHECKSUMS)",
            )),
            Some(_) => {}
        }
    }
    findings
}

fn bad_line(index: usize, wrong: &str) -> Finding {
    Finding::new(
        format!("{LIST}:{}", index + 1),
        wrong,
        "keep one line a migration as sha256sum writes it: sum, two spaces, file name",
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes any text");
        text
    })
}

#[test]
fn house_migrations_are_as_they_were_listed() {
    expect_none(&migrations(&Tree::house()));
}

/// The SHA-256 of "select 1;".
const SUM: &str = "354b7196c9ba5fb4b21cf615bb6ec4cd5c07503c34229feef033fc081a8c03f4";

fn with_list(list: &str) -> Scratch {
    Scratch::new(&[("crates/store/migrations/0001_first.sql", "select 1;"), (LIST, list)])
}

#[test]
fn a_house_without_migrations_is_fine() {
    expect_none(&migrations(&Scratch::new(&[]).tree()));
}

#[test]
fn an_unchanged_migration_is_fine_and_a_changed_one_is_found() {
    let scratch = with_list(&format!("{SUM}  0001_first.sql\n"));
    expect_none(&migrations(&scratch.tree()));
    scratch.write("crates/store/migrations/0001_first.sql", "select 2;");
    let findings = migrations(&scratch.tree());
    expect_one(&findings, "crates/store/migrations/0001_first.sql", "changed");
}

#[test]
fn an_unlisted_migration_is_found() {
    let findings = migrations(&with_list("").tree());
    expect_one(&findings, "crates/store/migrations/0001_first.sql", "does not list");
}

#[test]
fn a_removed_migration_is_found() {
    let list = format!("{SUM}  0001_first.sql\n{SUM}  0002_gone.sql\n");
    let findings = migrations(&with_list(&list).tree());
    expect_one(&findings, "crates/store/migrations/0002_gone.sql", "gone");
}

#[test]
fn a_list_that_cannot_be_read_is_found() {
    let list = format!("{SUM}  0001_first.sql\nnonsense\n{SUM}  0001_first.sql\n");
    let places: Vec<String> =
        migrations(&with_list(&list).tree()).into_iter().map(|finding| finding.place).collect();
    assert_eq!(places, [format!("{LIST}:2"), format!("{LIST}:3")]);
}
