//! Removing what nothing names any more.

use std::collections::HashSet;

use model::Timestamp;

use crate::{LakeError, lake::Inner, manifest::Manifest};

/// What was removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cleaned {
    /// Files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Inner {
    /// A file is kept as long as the newest manifest names it, and for the grace time after the last that did: readers may still be at
    /// it. What no manifest names was left by a crash, or is just being written, and is kept for that time after its writing.
    pub async fn clean(&self) -> Result<Cleaned, LakeError> {
        // Merging makes files that no manifest names yet.
        let _nothing_is_merged = self.compacting.lock().await;
        let grace = i64::try_from(self.options.files.grace.as_micros()).unwrap_or(i64::MAX);
        let oldest = Timestamp::from_micros(self.options.clock.now().as_micros().saturating_sub(grace));
        let all = self.storage.list(None).await?;
        let newest = Manifest::newest(&self.storage).await?;
        let mut keep: HashSet<String> = newest.paths().map(str::to_owned).collect();
        keep.insert(Manifest::path(newest.number));
        // A manifest stopped being the newest when the next one was written.
        let mut later = newest;
        let mut numbers: Vec<u64> =
            all.iter().filter_map(|meta| Manifest::number_of(meta.location.as_ref())).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.retain(|number| *number < later.number);
        for number in numbers {
            if later.written_at < oldest {
                break;
            }
            let path = Manifest::path(number);
            let bytes = self.storage.read(&path).await?;
            let manifest: Manifest =
                serde_json::from_slice(&bytes).map_err(|error| LakeError::damaged(&path, &error))?;
            keep.extend(manifest.paths().map(str::to_owned));
            keep.insert(path);
            later = manifest;
        }
        let mut cleaned = Cleaned::default();
        for meta in all {
            let path = meta.location.as_ref();
            let written = Timestamp::from_micros(meta.last_modified.timestamp_micros());
            if !keep.contains(path) && written < oldest {
                self.storage.delete(path).await?;
                cleaned.files += 1;
                cleaned.bytes += meta.size;
            }
        }
        Ok(cleaned)
    }
}
