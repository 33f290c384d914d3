//! A folder seen as a list of files, so that every checker runs alike on this repository and on a small
//! bad example in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing written by hand.
const SKIPPED_ANYWHERE: &[&str] = &[".git", "node_modules", "target", "dist", "generated"];
/// Folders of a running server, at the root only.
const SKIPPED_AT_ROOT: &[&str] = &["data", "demo-data"];

/// The files below a root.
pub(crate) struct Tree {
    root: PathBuf,
    files: Vec<String>,
}

impl Tree {
    /// This repository.
    pub(crate) fn house() -> Self {
        Self::at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
    }

    pub(crate) fn at(root: &Path) -> Self {
        let mut files = Vec::new();
        walk(root, "", &mut files);
        files.sort();
        Self { root: root.to_path_buf(), files }
    }

    /// Paths relative to the root, with `/` between the parts, sorted.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The bytes of a file; `None` when it is not there.
    pub(crate) fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// The text of a file; `None` when it is not there or is not UTF-8.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.bytes(path)?).ok()
    }
}

fn walk(root: &Path, below: &str, files: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(root.join(below)) else {
        return; // removed while we looked
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if kind.is_file() {
            files.push(path);
        } else if kind.is_dir() {
            let skipped = SKIPPED_ANYWHERE.contains(&name.as_str())
                || (below.is_empty() && SKIPPED_AT_ROOT.contains(&name.as_str()));
            if !skipped {
                walk(root, &path, files);
            }
        }
    }
}

/// A tree in a temporary folder, removed when it is dropped.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let scratch = Self { folder };
        for (path, text) in files {
            scratch.write(path, text);
        }
        scratch
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        let parent = file.parent().expect("a file has a folder");
        fs::create_dir_all(parent).expect("a folder for the file");
        fs::write(file, text).expect("the file is written");
    }

    pub(crate) fn tree(&self) -> Tree {
        Tree::at(self.folder.path())
    }
}

#[test]
fn generated_and_running_folders_are_not_looked_at() {
    let scratch = Scratch::new(&[
        ("crates/a/src/lib.rs", ""),
        ("crates/a/src/data/x.rs", ""),
        ("data/x.rs", ""),
        ("target/x.rs", ""),
        ("web/node_modules/x.js", ""),
    ]);
    let files: Vec<String> = scratch.tree().files().map(str::to_owned).collect();
    assert_eq!(files, ["crates/a/src/data/x.rs", "crates/a/src/lib.rs"]);
}

#[test]
fn the_house_is_found() {
    let house = Tree::house();
    assert!(house.has("Cargo.toml"));
    assert!(house.files().any(|path| path == "crates/tidy/src/lib.rs"));
}
