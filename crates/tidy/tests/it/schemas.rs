//! Names of the API's parts: the document knows each by its bare name, and of two with one name it silently keeps only one, so that an
//! endpoint is described by the other's fields.

use std::collections::BTreeMap;

use crate::finding::{Finding, expect_none, expect_one};
use crate::rust_text::code_only;
use crate::tree::{Scratch, Tree};

/// Where parts of the API are described.
const API: &str = "crates/api/src/";

fn repeated_schemas(tree: &Tree) -> Vec<Finding> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| path.starts_with(API) && path.ends_with(".rs")) {
        let code = code_only(&tree.text(path).unwrap_or_default());
        for (line, name) in schemas(&code) {
            let place = format!("{path}:{line}");
            if let Some(first) = known.get(&name) {
                findings.push(Finding::new(
                    place,
                    format!("the name {name} is taken by {first}"),
                    "give one of them a name that says whose it is, such as BankReportView",
                ));
            } else {
                known.insert(name, place);
            }
        }
    }
    findings
}

/// The names that are declared below a derive of `ToSchema`, with their lines.
fn schemas(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut derived = false;
    for (line, text) in (1..).zip(code.lines()) {
        let text = text.trim();
        derived |= text.starts_with("#[derive(") && text.contains("ToSchema");
        let declared = ["struct ", "enum "].into_iter().find_map(|word| text.split_once(word));
        if let Some((_, rest)) =
            declared.filter(|(before, _)| !before.contains(['#', '(', '"']) || before.starts_with("pub("))
        {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            // The body of a macro has `$name`.
            if std::mem::take(&mut derived) && !name.is_empty() {
                found.push((line, name));
            }
        }
    }
    found
}

#[test]
fn house_schemas() {
    expect_none(&repeated_schemas(&Tree::house()));
}

#[test]
fn two_parts_of_one_name_are_found() {
    let part = "#[derive(Debug, ToSchema)]\npub struct ReportView {\n}\n";
    let other = "#[derive(Debug)]\nstruct ReportView;\n#[derive(ToSchema)]\n#[schema(as = X)]\npub(crate) enum ReportView { A }\n";
    let tree = Scratch::new(&[("crates/api/src/a.rs", part), ("crates/api/src/b.rs", other)]);
    expect_one(&repeated_schemas(&tree.tree()), "crates/api/src/b.rs:5", "ReportView");
    let alone = Scratch::new(&[("crates/api/src/a.rs", part), ("crates/app/src/b.rs", other)]);
    expect_none(&repeated_schemas(&alone.tree()));
}
