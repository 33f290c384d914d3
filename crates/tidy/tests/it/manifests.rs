//! Rules on `Cargo.toml` and `Cargo.lock`: where code may come from, and that each crate takes versions,
//! license and lints from the one place for them.

use toml::{Table, Value};

use crate::finding::{Finding, expect_none, expect_one};
use crate::tree::{Scratch, Tree};

const LICENSE: &str = "Apache-2.0";
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// What every crate takes from `[workspace.package]`.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// One `Cargo.toml`.
pub(crate) struct Manifest {
    pub(crate) path: String,
    pub(crate) table: Table,
}

/// One line of a dependency section.
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) section: String,
    pub(crate) wanted: Value,
}

impl Dependency {
    pub(crate) fn is_dev(&self) -> bool {
        self.section.ends_with("dev-dependencies")
    }
}

impl Manifest {
    /// Every manifest of the tree. One that cannot be parsed stops the test: Cargo would not take it either.
    pub(crate) fn all(tree: &Tree) -> Vec<Self> {
        tree.files()
            .filter(|path| *path == "Cargo.toml" || path.ends_with("/Cargo.toml"))
            .filter_map(|path| Some((path, tree.text(path)?)))
            .map(|(path, text)| Self {
                path: path.to_owned(),
                table: text.parse().unwrap_or_else(|error| panic!("{path} is not TOML: {error}")),
            })
            .collect()
    }

    /// The name of the crate; `None` in a manifest that holds only the workspace.
    pub(crate) fn name(&self) -> Option<&str> {
        self.table.get("package")?.get("name")?.as_str()
    }

    /// The folder of the manifest, with a `/` behind it unless it is the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.trim_end_matches("Cargo.toml")
    }

    /// The dependencies of the crate itself, in every section and for every target.
    pub(crate) fn dependencies(&self) -> Vec<Dependency> {
        let mut found = sections(&self.table, "");
        let targets = self.table.get("target").and_then(Value::as_table);
        for (target, value) in targets.into_iter().flatten() {
            if let Some(table) = value.as_table() {
                found.extend(sections(table, &format!("target.{target}.")));
            }
        }
        found
    }

    /// The `[workspace.dependencies]` table.
    pub(crate) fn workspace_dependencies(&self) -> Vec<Dependency> {
        let workspace = self.table.get("workspace").and_then(Value::as_table);
        workspace.map_or_else(Vec::new, |table| sections(table, "workspace."))
    }
}

fn sections(table: &Table, prefix: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let lines = table.get(section).and_then(Value::as_table);
        found.extend(lines.into_iter().flatten().map(|(name, wanted)| Dependency {
            name: name.clone(),
            section: format!("{prefix}{section}"),
            wanted: wanted.clone(),
        }));
    }
    found
}

fn inheritance(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in Manifest::all(tree) {
        let Some(package) = manifest.table.get("package") else {
            continue;
        };
        for key in INHERITED {
            if !from_workspace(package.get(key)) {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("{key} is not taken from the workspace"),
                    format!("write {key}.workspace = true"),
                ));
            }
        }
        if !from_workspace(manifest.table.get("lints")) {
            findings.push(Finding::new(
                &manifest.path,
                "the lints are not taken from the workspace",
                "write [lints] workspace = true; allow at the one item that needs it, with a reason",
            ));
        }
        for dependency in manifest.dependencies() {
            if !from_workspace(Some(&dependency.wanted)) {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("{} has its version here", dependency.name),
                    format!(
                        "put the version into [workspace.dependencies] of the root and write \
                         {}.workspace = true",
                        dependency.name
                    ),
                ));
            }
        }
    }
    findings
}

fn from_workspace(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

fn license(tree: &Tree) -> Vec<Finding> {
    let root = Manifest::all(tree).into_iter().find(|manifest| manifest.path == "Cargo.toml");
    let named =
        root.as_ref().and_then(|root| root.table.get("workspace")?.get("package")?.get("license")?.as_str());
    let mut findings = Vec::new();
    if named != Some(LICENSE) {
        findings.push(Finding::new(
            "Cargo.toml",
            format!("[workspace.package] license is {named:?}"),
            format!("write license = \"{LICENSE}\", an SPDX expression"),
        ));
    }
    let text = tree.text("LICENSE").unwrap_or_default();
    if !(text.contains("Apache License") && text.contains("Version 2.0")) {
        findings.push(Finding::new(
            "LICENSE",
            "not the text of the Apache License, Version 2.0",
            "put the license text back, whole",
        ));
    }
    findings
}

/// Code comes from the public registry, by version and checksum, or from this repository.
fn origins(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in Manifest::all(tree) {
        for key in ["patch", "replace"] {
            if manifest.table.contains_key(key) {
                findings.push(Finding::new(
                    &manifest.path,
                    format!("a [{key}] section"),
                    "use a released version; what it lacks is solved in our code or waited for",
                ));
            }
        }
        let ours = manifest.dependencies();
        for dependency in ours.iter().chain(&manifest.workspace_dependencies()) {
            for key in ["git", "registry", "registry-index"] {
                if dependency.wanted.get(key).is_some() {
                    findings.push(Finding::new(
                        &manifest.path,
                        format!("{} comes by {key}", dependency.name),
                        "take a version from crates.io, or do without",
                    ));
                }
            }
        }
        findings.extend(build_programs(&manifest, &ours));
    }
    findings.extend(
        tree.files()
            .filter(|path| is_cargo_config(path))
            .flat_map(|path| cargo_config(path, &tree.text(path).unwrap_or_default())),
    );
    findings.extend(locked_sources(&tree.text("Cargo.lock").unwrap_or_default()));
    findings
}

fn build_programs(manifest: &Manifest, dependencies: &[Dependency]) -> Vec<Finding> {
    let named = manifest.table.get("package").and_then(|package| package.get("build"));
    let mut wrong = Vec::new();
    if named.is_some_and(|build| build.as_bool() != Some(false)) {
        wrong.push("a build script is named".to_owned());
    }
    for dependency in dependencies {
        if dependency.section.ends_with("build-dependencies") {
            wrong.push(format!("{} is a build dependency", dependency.name));
        }
    }
    let remedy = "commit what would be generated, with a test that it is current";
    wrong.into_iter().map(|wrong| Finding::new(&manifest.path, wrong, remedy)).collect()
}

fn is_cargo_config(path: &str) -> bool {
    let config = path.strip_suffix(".toml").unwrap_or(path);
    config == ".cargo/config" || config.ends_with("/.cargo/config")
}

fn cargo_config(path: &str, text: &str) -> Vec<Finding> {
    let table: Table = text.parse().unwrap_or_else(|error| panic!("{path} is not TOML: {error}"));
    ["patch", "source", "registry", "registries", "paths"]
        .into_iter()
        .filter(|key| table.contains_key(*key))
        .map(|key| {
            Finding::new(
                path,
                format!("[{key}] sends everybody's build to another place"),
                "keep such settings in your own ~/.cargo/config.toml",
            )
        })
        .collect()
}

fn locked_sources(lock: &str) -> Vec<Finding> {
    let table: Table = lock.parse().unwrap_or_else(|error| panic!("Cargo.lock is not TOML: {error}"));
    let packages = table.get("package").and_then(Value::as_array);
    let mut findings = Vec::new();
    for package in packages.into_iter().flatten() {
        let name = package.get("name").and_then(Value::as_str).unwrap_or("?");
        let source = package.get("source").and_then(Value::as_str);
        if source.is_some_and(|source| source != REGISTRY) {
            findings.push(Finding::new(
                "Cargo.lock",
                format!("{name} is locked to {}", source.unwrap_or_default()),
                "depend on its release on crates.io, then run cargo update for it",
            ));
        }
    }
    findings
}

#[test]
fn house_manifests_inherit() {
    expect_none(&inheritance(&Tree::house()));
}

#[test]
fn house_license() {
    expect_none(&license(&Tree::house()));
}

#[test]
fn house_origins() {
    expect_none(&origins(&Tree::house()));
}

const GOOD: &str = "[package]
name = \"a\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true
[lints]
workspace = true
[dependencies]
serde = { workspace = true, features = [\"rc\"] }
";

fn manifest(text: &str) -> Scratch {
    Scratch::new(&[("crates/a/Cargo.toml", text)])
}

#[test]
fn a_good_manifest_is_fine() {
    expect_none(&inheritance(&manifest(GOOD).tree()));
    expect_none(&origins(&manifest(GOOD).tree()));
}

#[test]
fn what_is_not_inherited_is_found() {
    let cases = [
        ("license.workspace = true\n", "", "license"),
        ("license.workspace = true", "license = \"MIT\"", "license"),
        ("[lints]\nworkspace = true\n", "", "lints"),
        ("serde = { workspace = true,", "serde = { version = \"1\",", "serde"),
    ];
    for (good, bad, word) in cases {
        let text = GOOD.replace(good, bad);
        assert_ne!(text, GOOD);
        expect_one(&inheritance(&manifest(&text).tree()), "crates/a/Cargo.toml", word);
    }
}

#[test]
fn code_from_elsewhere_is_found() {
    let cases = [
        ("[patch.crates-io]\nserde = { path = \"x\" }\n", "patch"),
        ("[dev-dependencies]\nx = { git = \"https://example.org/x\" }\n", "git"),
        ("[target.'cfg(unix)'.dependencies]\nx = { git = \"h\" }\n", "git"),
        ("[workspace.dependencies]\nx = { registry = \"mine\" }\n", "registry"),
        ("[build-dependencies]\ncc.workspace = true\n", "cc"),
    ];
    for (lines, word) in cases {
        let text = format!("{GOOD}{lines}");
        expect_one(&origins(&manifest(&text).tree()), "crates/a/Cargo.toml", word);
    }
    let named = GOOD.replace("name = \"a\"", "name = \"a\"\nbuild = \"generate.rs\"");
    expect_one(&origins(&manifest(&named).tree()), "crates/a/Cargo.toml", "build script");
}

#[test]
fn a_lock_or_a_configuration_that_leads_elsewhere_is_found() {
    let lock = format!(
        "[[package]]\nname = \"own\"\n[[package]]\nname = \"good\"\nsource = \"{REGISTRY}\"\n\
         [[package]]\nname = \"bad\"\nsource = \"git+https://example.org/x#1\"\n"
    );
    let scratch = Scratch::new(&[("Cargo.lock", &lock)]);
    expect_one(&origins(&scratch.tree()), "Cargo.lock", "bad");
    let config = "[source.crates-io]\nreplace-with = \"mine\"\n";
    let scratch = Scratch::new(&[(".cargo/config.toml", config)]);
    expect_one(&origins(&scratch.tree()), ".cargo/config.toml", "source");
}

#[test]
fn another_license_is_found() {
    let text = "Apache License\nVersion 2.0";
    let named = |license: &str| format!("[workspace.package]\nlicense = \"{license}\"\n");
    let check = |manifest: &str, text: &str| {
        license(&Scratch::new(&[("Cargo.toml", manifest), ("LICENSE", text)]).tree())
    };
    expect_none(&check(&named("Apache-2.0"), text));
    expect_one(&check(&named("Apache 2"), text), "Cargo.toml", "Apache 2");
    expect_one(&check(&named("Apache-2.0"), "all rights reserved"), "LICENSE", "not the text");
}
