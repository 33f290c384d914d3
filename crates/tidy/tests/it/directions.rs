//! Which of our crates may depend on which. Dependencies point down: from what decides when and where
//! to what is only true or false.
//!
//! The table stands twice, here for the test and in docs/ARCHITECTURE.md with a reason for each row,
//! and the two must be equal: whoever adds an edge has to write down why.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, expect_none, expect_one};
use crate::manifests::Manifest;
use crate::markdown::{code_words, table_below};
use crate::tree::{Scratch, Tree};

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const HEADING: &str = "Allowed edges between our crates";

/// A crate and the crates of ours it may depend on.
type Edges<'a> = &'a [(&'a str, &'a [&'a str])];

const ALLOWED: Edges<'static> = &[
    ("model", &[]),
    ("attribution", &["model"]),
    ("commission", &["model"]),
    ("ledger", &["model"]),
    ("bank", &["model"]),
    ("billing", &["model"]),
    ("documents", &["model"]),
    ("report", &["model"]),
    ("media", &["model"]),
    ("insight", &[]),
    ("sheets", &[]),
    ("outbound", &[]),
    ("engine", &["attribution", "commission", "model"]),
    ("lake", &["model", "report", "sheets"]),
    ("store", &["model"]),
    (
        "app",
        &[
            "attribution",
            "bank",
            "billing",
            "commission",
            "engine",
            "insight",
            "ledger",
            "media",
            "model",
            "outbound",
            "report",
            "sheets",
            "store",
        ],
    ),
    ("edge", &["app", "model"]),
    ("api", &["app", "documents", "model", "outbound", "report", "sheets"]),
    ("console", &[]),
    (
        "merit",
        &[
            "api", "app", "console", "edge", "engine", "insight", "lake", "model", "outbound", "report",
            "sheets", "store",
        ],
    ),
    ("testkit", &["model"]),
    (
        "bench",
        &[
            "app",
            "attribution",
            "commission",
            "engine",
            "lake",
            "ledger",
            "model",
            "report",
            "store",
            "testkit",
        ],
    ),
    ("soak", &["app", "model", "store", "testkit"]),
    ("tidy", &[]),
];

/// Crates that exist for tests: only `[dev-dependencies]`, `bench` and each other may name them.
const FOR_TESTS: &[&str] = &["testkit"];

fn directions(tree: &Tree, allowed: Edges<'_>) -> Vec<Finding> {
    let manifests = Manifest::all(tree);
    let ours: BTreeSet<&str> = manifests.iter().filter_map(Manifest::name).collect();
    let mut findings = Vec::new();
    for manifest in &manifests {
        let Some(name) = manifest.name() else {
            continue;
        };
        let Some((_, below)) = allowed.iter().find(|(from, _)| *from == name) else {
            findings.push(Finding::new(
                &manifest.path,
                format!("the crate {name} is not in the table of allowed edges"),
                format!("add a row to ALLOWED in {} and, with its reason, to {DOCUMENT}", file!()),
            ));
            continue;
        };
        for dependency in manifest.dependencies() {
            let to = dependency.name.as_str();
            let for_tests = dependency.is_dev() && FOR_TESTS.contains(&to);
            if ours.contains(to) && !for_tests && !below.contains(&to) {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("{name} may not depend on {to}"),
                    format!(
                        "move what is needed to a crate below both, or pass it in as data; a new \
                         edge needs a reason in {DOCUMENT} and a word in ALLOWED in {}",
                        file!()
                    ),
                ));
            }
        }
    }
    findings
}

/// The same table in the document, with a reason for each row.
fn documented(tree: &Tree, allowed: Edges<'_>) -> Vec<Finding> {
    let text = tree.text(DOCUMENT).unwrap_or_default();
    let mut rows: BTreeMap<String, (BTreeSet<String>, String)> = BTreeMap::new();
    for row in table_below(&text, HEADING) {
        if let [from, to, reason] = row.as_slice() {
            let to = code_words(to).into_iter().collect();
            if let Some(name) = code_words(from).into_iter().next() {
                rows.insert(name, (to, reason.clone()));
            }
        }
    }
    let mut findings = Vec::new();
    for (name, below) in allowed {
        let below: BTreeSet<String> = below.iter().map(|to| (*to).to_owned()).collect();
        let wrong = match rows.remove(*name) {
            None => format!("no row for {name}"),
            Some((to, _)) if to != below => {
                format!("{name} is {to:?} here and {below:?} in the test")
            }
            Some((_, reason)) if reason.is_empty() => format!("no reason in the row for {name}"),
            Some(_) => continue,
        };
        findings.push(Finding::new(DOCUMENT, wrong, document_remedy()));
    }
    findings.extend(rows.into_keys().map(|name| {
        let wrong = format!("a row for {name}, which the test does not know");
        Finding::new(DOCUMENT, wrong, document_remedy())
    }));
    findings
}

fn document_remedy() -> String {
    format!("make the table below '{HEADING}' and ALLOWED in {} equal, with a reason", file!())
}

#[test]
fn house_directions() {
    expect_none(&directions(&Tree::house(), ALLOWED));
}

#[test]
fn house_directions_are_documented() {
    expect_none(&documented(&Tree::house(), ALLOWED));
}

#[test]
fn the_table_has_no_circle() {
    let mut settled = BTreeSet::new();
    while settled.len() < ALLOWED.len() {
        let ready = ALLOWED
            .iter()
            .find(|(name, below)| !settled.contains(name) && below.iter().all(|to| settled.contains(to)));
        let (name, _) = ready.expect("a crate whose dependencies are all settled");
        settled.insert(name);
    }
}

const SMALL: Edges<'static> = &[("up", &["down"]), ("down", &[]), ("testkit", &[])];

fn small(up: &str, down: &str) -> Scratch {
    let named = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\n{rest}");
    Scratch::new(&[
        ("crates/up/Cargo.toml", &named("up", up)),
        ("crates/down/Cargo.toml", &named("down", down)),
        ("crates/testkit/Cargo.toml", &named("testkit", "")),
    ])
}

#[test]
fn an_edge_downwards_is_fine() {
    let scratch = small(
        "[dependencies]\ndown.workspace = true\nserde = \"1\"\n",
        "[dev-dependencies]\ntestkit.workspace = true\n",
    );
    expect_none(&directions(&scratch.tree(), SMALL));
}

#[test]
fn an_edge_upwards_is_found() {
    for section in ["dependencies", "dev-dependencies", "target.'cfg(unix)'.dependencies"] {
        let scratch = small("", &format!("[{section}]\nup.workspace = true\n"));
        let findings = directions(&scratch.tree(), SMALL);
        expect_one(&findings, "crates/down/Cargo.toml", "down may not depend on up");
    }
}

#[test]
fn a_crate_for_tests_in_the_product_is_found() {
    let scratch = small("[dependencies]\ntestkit.workspace = true\n", "");
    expect_one(&directions(&scratch.tree(), SMALL), "crates/up/Cargo.toml", "testkit");
}

#[test]
fn an_unknown_crate_is_found() {
    let findings = directions(&small("", "").tree(), &SMALL[..2]);
    expect_one(&findings, "crates/testkit/Cargo.toml", "not in the table");
}

#[test]
fn a_document_that_differs_is_found() {
    let check = |rows: &str| {
        let text = format!("## {HEADING}\n\n| crate | may | why |\n|---|---|---|\n{rows}");
        documented(&Scratch::new(&[(DOCUMENT, &text)]).tree(), &SMALL[..2])
    };
    expect_none(&check("| `up` | `down` | r |\n| `down` | nothing | r |\n"));
    let cases = [
        ("| `up` | `down` | r |\n", "no row for down"),
        ("| `up` | `down` | |\n| `down` | | r |\n", "no reason"),
        ("| `up` | | r |\n| `down` | | r |\n", "up is"),
        ("| `up` | `down` | r |\n| `down` | | r |\n| `left` | | r |\n", "left"),
    ];
    for (rows, word) in cases {
        expect_one(&check(rows), DOCUMENT, word);
    }
}
