//! The manifest: which files are the lake, and up to which place of the outbox they go.
//!
//! Every change makes a new one under the next number, by creating a name that must be free. The newest number holds. So a change is
//! there or not, whatever crashes; and of two writers the second finds its number taken.

use std::collections::BTreeMap;

use bytes::Bytes;
use model::{Day, NetworkId, Timestamp, calendar::Zone};
use report::Dimension;
use serde::{Deserialize, Serialize};

use crate::{
    LakeError,
    contents::Contents,
    storage::{Created, Storage},
};

/// The shape of the text below.
const FORMAT: u32 = 1;
/// The folder.
pub(crate) const FOLDER: &str = "manifest";

/// Everything that is in the files.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub format: u32,
    pub number: u64,
    pub written_at: Timestamp,
    /// Whose facts these are; unknown in manifests from before this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Through which number of the outbox the facts are in the files.
    pub position: u64,
    /// Up to which moment of booking they are complete.
    pub complete_to: Timestamp,
    pub networks: BTreeMap<NetworkId, Vec<FactFile>>,
}

/// A file of facts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct FactFile {
    pub path: String,
    pub bytes: u64,
    /// The UTC day on which all of its facts were booked.
    pub day: Day,
    pub contents: Contents,
    pub rollups: Vec<RollupFile>,
    /// With which definitions rollups were made, or found not worth it.
    pub rolled_up: Option<RolledUp>,
    /// Whether its touches lost what is of one visitor alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub thinned: bool,
}

/// For what rollups were made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RolledUp {
    pub zone: Zone,
    /// Digest of the definitions.
    pub definitions: String,
}

/// A file of sums over one file of facts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RollupFile {
    pub path: String,
    pub bytes: u64,
    pub rows: u64,
    pub name: String,
    /// In which its moments are beginnings of days.
    pub zone: Zone,
    pub dimensions: Vec<Dimension>,
}

impl Manifest {
    /// The lake before anything was written.
    pub fn empty() -> Self {
        Self {
            format: FORMAT,
            number: 0,
            written_at: Timestamp::from_micros(0),
            database: None,
            position: 0,
            complete_to: Timestamp::from_micros(0),
            networks: BTreeMap::new(),
        }
    }

    pub fn path(number: u64) -> String {
        format!("{FOLDER}/{number:020}.json")
    }

    /// The number in a path of a manifest.
    pub fn number_of(path: &str) -> Option<u64> {
        path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".json")?.parse().ok()
    }

    /// The newest one; an empty one where there is none.
    pub async fn newest(storage: &Storage) -> Result<Self, LakeError> {
        let Some(number) = newest_number(storage).await? else { return Ok(Self::empty()) };
        let path = Self::path(number);
        let bytes = storage.read(&path).await?;
        let manifest: Self =
            serde_json::from_slice(&bytes).map_err(|error| LakeError::damaged(&path, &error))?;
        if manifest.format != FORMAT || manifest.number != number {
            return Err(LakeError::damaged(&path, &"it is of another format, or of another number"));
        }
        Ok(manifest)
    }

    /// Makes this the newest. An error can mean that it has become it all the same, when only the answer was lost: then
    /// doing it again succeeds.
    pub async fn publish(&self, storage: &Storage) -> Result<(), LakeError> {
        let path = Self::path(self.number);
        let taken = LakeError::OtherWriter { number: self.number };
        let bytes = Bytes::from(serde_json::to_vec(self).map_err(|error| LakeError::damaged(&path, &error))?);
        if storage.create(&path, bytes.clone()).await? == Created::NameTaken
            && storage.read(&path).await? != bytes
        {
            return Err(taken);
        }
        // Old numbers are removed in time, so a writer that slept long may have been given one of them.
        match newest_number(storage).await? {
            Some(newest) if newest > self.number => Err(taken),
            _ => Ok(()),
        }
    }

    /// Every path that it names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.networks.values().flatten().flat_map(|file| {
            let rollups = file.rollups.iter().map(|rollup| rollup.path.as_str());
            std::iter::once(file.path.as_str()).chain(rollups)
        })
    }
}

pub(crate) async fn newest_number(storage: &Storage) -> Result<Option<u64>, LakeError> {
    let listed = storage.list(Some(FOLDER)).await?;
    Ok(listed.iter().filter_map(|meta| Manifest::number_of(meta.location.as_ref())).max())
}
