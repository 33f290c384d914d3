//! Which crates of others each crate of ours may use.
//!
//! A pure crate has a short list, because purity ends with the first runtime. A heavy dependency (a
//! driver, an engine) has one owner, so that it can be replaced there. Every dependency has its reason
//! in docs/ARCHITECTURE.md and a use in the code.

use std::collections::BTreeSet;

use crate::finding::{Finding, expect_none, expect_one};
use crate::manifests::Manifest;
use crate::markdown::{code_words, table_below};
use crate::rust_text::{code_only, words};
use crate::tree::{Scratch, Tree};

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const HEADING: &str = "Dependencies of others";

/// What the pure crates may use besides crates of ours. Nothing here knows a clock, a socket, a file or
/// a random number; `jiff` comes with its own zone table and without the system's.
const PURE: &[(&str, &[&str])] = &[
    ("model", &["data-encoding", "jiff", "serde", "serde_json", "thiserror"]),
    ("attribution", &["serde", "thiserror"]),
    ("commission", &["serde", "serde_json", "thiserror"]),
    ("ledger", &["serde", "thiserror"]),
    ("bank", &["csv", "deunicode", "quick-xml", "thiserror"]),
    ("billing", &["thiserror"]),
    ("documents", &["dejavu", "krilla", "parley", "thiserror"]),
    ("engine", &["serde", "serde_json", "thiserror"]),
    ("report", &["serde", "thiserror"]),
    ("media", &["csv", "deunicode", "encoding_rs", "form_urlencoded", "serde", "thiserror"]),
    ("sheets", &["csv", "flate2", "thiserror"]),
];

/// Heavy dependencies and the one crate that owns each.
const OWNED: &[(&str, &str)] = &[
    ("diesel", "store"),
    ("libsqlite3-sys", "store"),
    ("postgres", "store"),
    ("rusqlite", "store"),
    ("sqlx", "store"),
    ("tokio-postgres", "store"),
    ("datafusion", "lake"),
    ("duckdb", "lake"),
    ("object_store", "lake"),
    ("parquet", "lake"),
    ("include_dir", "console"),
    ("rust-embed", "console"),
];
/// `bench` measures against bare drivers, which is the one reason to go round the owner.
const MEASURES_DRIVERS: &str = "bench";

fn purity(tree: &Tree) -> Vec<Finding> {
    let manifests = Manifest::all(tree);
    let ours: BTreeSet<&str> = manifests.iter().filter_map(Manifest::name).collect();
    let mut findings = Vec::new();
    for manifest in &manifests {
        let Some((name, allowed)) = PURE.iter().find(|(name, _)| manifest.name() == Some(name)) else {
            continue;
        };
        for dependency in manifest.dependencies() {
            let to = dependency.name.as_str();
            if !dependency.is_dev() && !ours.contains(to) && !allowed.contains(&to) {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("{name} is pure and may not use {to}"),
                    format!(
                        "take the result as an argument and let app do the work; only if {to} has \
                         no async, clock, randomness or IO, add it to PURE in {}",
                        file!()
                    ),
                ));
            }
        }
    }
    findings
}

fn owners(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in Manifest::all(tree) {
        let name = manifest.name().unwrap_or_default();
        for dependency in manifest.dependencies() {
            let owner = OWNED.iter().find(|(heavy, _)| *heavy == dependency.name);
            if let Some((heavy, owner)) = owner
                && name != *owner
                && name != MEASURES_DRIVERS
            {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("{name} uses {heavy}, which belongs to {owner}"),
                    format!("ask {owner} for what you need in the words of the model"),
                ));
            }
        }
    }
    findings
}

/// Each line of `[workspace.dependencies]` is used by a crate and has its reason in the document.
fn reasons(tree: &Tree) -> Vec<Finding> {
    let manifests = Manifest::all(tree);
    let ours: BTreeSet<&str> = manifests.iter().filter_map(Manifest::name).collect();
    let used: BTreeSet<String> =
        manifests.iter().flat_map(Manifest::dependencies).map(|dependency| dependency.name).collect();
    let text = tree.text(DOCUMENT).unwrap_or_default();
    let rows = table_below(&text, HEADING);
    let mut explained: BTreeSet<String> = rows
        .iter()
        .filter(|row| row.len() == 2 && !row[1].is_empty())
        .flat_map(|row| code_words(&row[0]))
        .collect();
    let mut findings = Vec::new();
    let workspace = manifests.iter().flat_map(Manifest::workspace_dependencies);
    for name in workspace.map(|dependency| dependency.name) {
        if ours.contains(name.as_str()) {
            continue;
        }
        if !explained.remove(&name) {
            findings.push(Finding::new(
                DOCUMENT,
                format!("no reason for {name}"),
                format!("add a row to the table below '{HEADING}', or do without {name}"),
            ));
        }
        if !used.contains(&name) {
            findings.push(Finding::new(
                "Cargo.toml",
                format!("{name} is used by no crate"),
                format!("remove its line here and its row in {DOCUMENT}"),
            ));
        }
    }
    findings.extend(explained.into_iter().map(|name| {
        Finding::new(
            DOCUMENT,
            format!("a reason for {name}, which the workspace does not have"),
            "remove it from the table",
        )
    }));
    findings
}

/// A dependency that the code never names is weight without a reason.
fn unused(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in Manifest::all(tree) {
        let sources: Vec<String> = tree
            .files()
            .filter(|path| path.starts_with(manifest.folder()) && path.ends_with(".rs"))
            .filter_map(|path| tree.text(path))
            .map(|text| code_only(&text))
            .collect();
        let named: BTreeSet<&str> =
            sources.iter().flat_map(|code| words(code)).map(|word| word.text).collect();
        for dependency in manifest.dependencies() {
            if !named.contains(dependency.name.replace('-', "_").as_str()) {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("{} is never named in the code", dependency.name),
                    format!("remove it from [{}]", dependency.section),
                ));
            }
        }
    }
    findings
}

#[test]
fn house_purity() {
    expect_none(&purity(&Tree::house()));
}

#[test]
fn house_owners() {
    expect_none(&owners(&Tree::house()));
}

#[test]
fn house_reasons() {
    expect_none(&reasons(&Tree::house()));
}

#[test]
fn house_dependencies_are_used() {
    expect_none(&unused(&Tree::house()));
}

fn crate_with(name: &str, sections: &str) -> Scratch {
    let text = format!("[package]\nname = \"{name}\"\n{sections}");
    Scratch::new(&[("crates/x/Cargo.toml", &text)])
}

#[test]
fn an_impure_dependency_of_a_pure_crate_is_found() {
    for impure in ["tokio", "rand", "getrandom", "hyper", "tracing"] {
        let lines = format!("[dependencies]\nserde = \"1\"\n{impure} = \"1\"\n");
        let findings = purity(&crate_with("ledger", &lines).tree());
        expect_one(&findings, "crates/x/Cargo.toml", impure);
        expect_none(&purity(&crate_with("app", &lines).tree()));
    }
    let test_only = crate_with("ledger", "[dev-dependencies]\nproptest = \"1\"\n");
    expect_none(&purity(&test_only.tree()));
}

#[test]
fn a_driver_outside_its_owner_is_found() {
    let lines = "[dev-dependencies]\nrusqlite = \"1\"\n";
    expect_one(&owners(&crate_with("app", lines).tree()), "crates/x/Cargo.toml", "rusqlite");
    expect_none(&owners(&crate_with("store", lines).tree()));
    expect_none(&owners(&crate_with("bench", lines).tree()));
}

#[test]
fn a_dependency_without_reason_or_use_is_found() {
    let check = |table: &str, used: &str| {
        let document = format!("## {HEADING}\n\n| which | why |\n|---|---|\n{table}");
        let root = "[workspace.dependencies]\na = \"1\"\nb = \"1\"\nx = { path = \"x\" }\n";
        let member = format!("[package]\nname = \"x\"\n[dependencies]\n{used}");
        reasons(
            &Scratch::new(&[(DOCUMENT, &document), ("Cargo.toml", root), ("x/Cargo.toml", &member)]).tree(),
        )
    };
    let both = "a.workspace = true\nb.workspace = true\n";
    expect_none(&check("| `a`, `b` | r |\n", both));
    expect_one(&check("| `a` | r |\n| `b` | |\n", both), DOCUMENT, "no reason for b");
    expect_one(&check("| `a`, `b`, `c` | r |\n", both), DOCUMENT, "reason for c");
    expect_one(&check("| `a`, `b` | r |\n", "a.workspace = true\n"), "Cargo.toml", "b is used by no");
}

#[test]
fn a_dependency_that_is_never_named_is_found() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\nserde-json = \"1\"\nurl = \"2\"\n";
    let scratch = Scratch::new(&[
        ("x/Cargo.toml", manifest),
        ("x/src/lib.rs", "// url\nuse serde_json::Value;\n"),
        ("y/src/lib.rs", "use url::Url;\n"),
    ]);
    expect_one(&unused(&scratch.tree()), "x/Cargo.toml", "url is never named");
}
