//! Where the files are: a folder, or a bucket of S3-compatible storage.
//!
//! Files are only ever created, never changed. Creating fails when the name is taken, atomically, which is what the
//! order of manifests rests on. In a folder a file is on the disk, with the folders above it, before its name can be seen: it
//! is written beside, synced, linked to its name, and the folders are synced.

use std::{
    fs, io,
    io::Write as _,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path,
    prefix::PrefixStore,
};
use url::Url;

use crate::LakeError;

/// Where files are being written before they have their name.
const STAGING: &str = "staging";

#[derive(Clone, Debug)]
pub(crate) struct Storage {
    store: Arc<dyn ObjectStore>,
    /// The folder, when it is one.
    folder: Option<Arc<FilePath>>,
}

/// What became of a file that was to be created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Created {
    Yes,
    NameTaken,
}

impl Storage {
    /// Opens a folder, which is made if need be, or `s3://bucket/prefix` with the usual `AWS_*` settings of the
    /// environment and these, which come first.
    pub fn open(place: &str, settings: &[(String, String)]) -> Result<Self, LakeError> {
        if !place.contains("://") {
            let failed = |error: io::Error| LakeError::storage(place, &error);
            fs::create_dir_all(place).map_err(failed)?;
            let folder: PathBuf = fs::canonicalize(place).map_err(failed)?;
            let store = LocalFileSystem::new_with_prefix(&folder)
                .map_err(|error| LakeError::storage(place, &error))?;
            return Ok(Self { store: Arc::new(store), folder: Some(folder.into()) });
        }
        let refuse = || LakeError::Place(place.chars().take(200).collect());
        let url = Url::parse(place).map_err(|_| refuse())?;
        if url.scheme() != "s3" || url.host_str().is_none_or(str::is_empty) {
            return Err(refuse());
        }
        let mut builder = AmazonS3Builder::from_env().with_url(place);
        for (name, value) in settings {
            let key: AmazonS3ConfigKey =
                name.to_ascii_lowercase().parse().map_err(|_| LakeError::Setting(name.clone()))?;
            builder = builder.with_config(key, value);
        }
        let bucket = builder.build().map_err(|error| LakeError::storage(place, &error))?;
        let prefix = Path::from_url_path(url.path()).map_err(|_| refuse())?;
        Ok(Self::on(Arc::new(PrefixStore::new(bucket, prefix))))
    }

    /// Whether this names a folder that is not there.
    pub fn is_missing_folder(place: &str) -> bool {
        !place.contains("://") && !FilePath::new(place).exists()
    }

    /// Uses a store as it is.
    pub fn on(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, folder: None }
    }

    pub fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// Creates a file, all of it or nothing, and only if the name is free.
    pub async fn create(&self, path: &str, bytes: Bytes) -> Result<Created, LakeError> {
        if let Some(folder) = self.folder.clone() {
            let name = path.to_owned();
            let written = tokio::task::spawn_blocking(move || create_in_folder(&folder, &name, &bytes));
            let written = written.await.map_err(|error| LakeError::storage(path, &error))?;
            return match written {
                Ok(()) => Ok(Created::Yes),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::NameTaken),
                Err(error) => Err(LakeError::storage(path, &error)),
            };
        }
        let only_new = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&Path::from(path), PutPayload::from_bytes(bytes), only_new).await {
            Ok(_) => Ok(Created::Yes),
            // S3 answers either, depending on when it noticed.
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Created::NameTaken),
            Err(error) => Err(LakeError::storage(path, &error)),
        }
    }

    pub async fn read(&self, path: &str) -> Result<Bytes, LakeError> {
        let failed = |error: Error| LakeError::storage(path, &error);
        let found = self.store.get(&Path::from(path)).await.map_err(failed)?;
        found.bytes().await.map_err(failed)
    }

    pub async fn list(&self, folder: Option<&str>) -> Result<Vec<ObjectMeta>, LakeError> {
        let prefix = folder.map(Path::from);
        let listed = self.store.list(prefix.as_ref()).try_collect().await;
        listed.map_err(|error: Error| LakeError::storage(folder.unwrap_or("the lake"), &error))
    }

    pub async fn delete(&self, path: &str) -> Result<(), LakeError> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(LakeError::storage(path, &error)),
        }
    }
}

fn create_in_folder(folder: &FilePath, path: &str, bytes: &[u8]) -> io::Result<()> {
    let target = folder.join(path);
    let parent = target.parent().unwrap_or(folder);
    fs::create_dir_all(parent)?;
    let staging = folder.join(STAGING);
    fs::create_dir_all(&staging)?;
    let beside = staging.join(format!("{}-{}", std::process::id(), path.replace('/', "-")));
    let mut file = fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A link fails when its name is taken, where a rename would replace.
    let linked = fs::hard_link(&beside, &target);
    fs::remove_file(&beside)?;
    linked?;
    for above in parent.ancestors() {
        fs::File::open(above)?.sync_all()?;
        if above == folder {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_given_once() {
        let folder = tempfile::tempdir().unwrap();
        let local = Storage::open(folder.path().to_str().unwrap(), &[]).unwrap();
        let memory = Storage::on(Arc::new(object_store::memory::InMemory::new()));
        for storage in [local, memory] {
            let path = "manifest/1.json";
            assert_eq!(storage.create(path, Bytes::from("a")).await.unwrap(), Created::Yes);
            assert_eq!(storage.create(path, Bytes::from("b")).await.unwrap(), Created::NameTaken);
            assert_eq!(storage.read(path).await.unwrap(), Bytes::from("a"));
            assert_eq!(storage.list(None).await.unwrap().len(), 1);
            storage.delete(path).await.unwrap();
            storage.delete(path).await.unwrap();
            assert!(storage.read(path).await.is_err());
        }
    }

    #[test]
    fn odd_places_are_refused() {
        for place in ["ftp://x/y", "s3://", "s3:///x", "gs://bucket"] {
            assert!(matches!(Storage::open(place, &[]), Err(LakeError::Place(_))), "{place}");
        }
        let odd = [("AWS_COLOUR".to_owned(), "blue".to_owned())];
        assert!(matches!(Storage::open("s3://bucket", &odd), Err(LakeError::Setting(_))));
    }
}
