//! Where the files are: in the binary, or in debug builds on the disk where the console was built, so that a new console needs no new
//! server while one works on it.

#[cfg(any(test, not(debug_assertions)))]
use std::collections::BTreeMap;
#[cfg(any(test, debug_assertions))]
use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use axum::body::Bytes;

/// The files of the console by their paths.
pub enum Files {
    /// Within the binary.
    #[cfg(any(test, not(debug_assertions)))]
    Embedded(BTreeMap<&'static str, &'static [u8]>),
    /// In a folder, read whenever they are asked for.
    #[cfg(any(test, debug_assertions))]
    Folder(PathBuf),
}

#[cfg(not(debug_assertions))]
mod embedded {
    use std::collections::BTreeMap;

    use include_dir::{Dir, include_dir};

    static DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../web/dist");

    /// Every build of the console writes this file anew, which tells cargo to build this crate anew.
    const _: &[u8] = include_bytes!("../../../web/dist/.gitkeep");

    pub(super) fn files() -> BTreeMap<&'static str, &'static [u8]> {
        let mut found = BTreeMap::new();
        let mut folders = vec![&DIST];
        while let Some(folder) = folders.pop() {
            let named = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents())));
            found.extend(named);
            folders.extend(folder.dirs());
        }
        found
    }
}

impl Files {
    /// Those of this build.
    #[cfg(not(debug_assertions))]
    pub fn built() -> Self {
        Self::Embedded(embedded::files())
    }

    /// Those of this build.
    #[cfg(debug_assertions)]
    pub fn built() -> Self {
        Self::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist"))
    }

    /// The content of one.
    pub fn read(&self, path: &str) -> Option<Bytes> {
        match self {
            #[cfg(any(test, not(debug_assertions)))]
            Self::Embedded(files) => files.get(path).map(|content| Bytes::from_static(content)),
            #[cfg(any(test, debug_assertions))]
            Self::Folder(folder) => {
                let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
                if !inside {
                    return None;
                }
                fs::read(folder.join(path)).ok().map(Bytes::from)
            }
        }
    }
}
