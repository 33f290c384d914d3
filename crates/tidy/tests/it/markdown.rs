//! Documents: tables that other rules read, and links that must lead somewhere.

use crate::finding::{Finding, expect_none, expect_one};
use crate::tree::{Scratch, Tree};

/// The body rows of the first table below the heading `## {heading}`, as trimmed cells.
pub(crate) fn table_below(document: &str, heading: &str) -> Vec<Vec<String>> {
    document
        .lines()
        .skip_while(|line| line.trim_start_matches('#').trim() != heading || !line.starts_with('#'))
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2) // the names of the columns and the rule below them
        .map(cells)
        .collect()
}

fn cells(row: &str) -> Vec<String> {
    let inner = row.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The words between backticks in a cell.
pub(crate) fn code_words(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn broken_links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| path.ends_with(".md")) {
        let text = tree.text(path).unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (index, line) in text.lines().enumerate() {
            for target in link_targets(line) {
                if !tree.has(&join(folder, &target)) {
                    findings.push(Finding::new(
                        format!("{path}:{}", index + 1),
                        format!("the link to {target} leads nowhere"),
                        "correct the path, or take the link out with what it spoke of",
                    ));
                }
            }
        }
    }
    findings
}

fn join(folder: &str, target: &str) -> String {
    if folder.is_empty() { target.to_owned() } else { format!("{folder}/{target}") }
}

/// The paths that a line links to inside the repository, without anchors.
fn link_targets(line: &str) -> Vec<String> {
    line.split("](")
        .skip(1)
        .filter_map(|after| after.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or("").to_owned())
        .filter(|target| !target.is_empty() && !target.contains(':'))
        .collect()
}

#[test]
fn house_links_lead_somewhere() {
    expect_none(&broken_links(&Tree::house()));
}

#[test]
fn a_broken_link_is_found() {
    let scratch = Scratch::new(&[
        ("docs/a.md", "[b](b.md#part) [up](../README.md) [web](https://example.org)\n[c](c.md)"),
        ("docs/b.md", ""),
        ("README.md", "[a](docs/a.md)"),
    ]);
    expect_one(&broken_links(&scratch.tree()), "docs/a.md:2", "c.md");
}

#[test]
fn a_table_is_read_by_its_heading() {
    let document = "# T\n|x|\n|-|\n|no|\n\n## Edges\n\nwords\n\n| a | b |\n|---|---|\n| `m` | `n`, `o` |\n| p | |\n\n## Next\n|q|";
    let rows = table_below(document, "Edges");
    assert_eq!(rows, [["`m`", "`n`, `o`"], ["p", ""]]);
    assert_eq!(code_words(&rows[0][1]), ["n", "o"]);
    assert!(table_below(document, "Missing").is_empty());
}
