//! The files of an archive as a directory that can only be read.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, FileSlice, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

use crate::archive::{self, OpenError, Parts};

/// Parts of an archive, without copying them.
#[derive(Clone, Debug)]
pub struct Archived {
    /// The file in which the archive stands.
    bytes: OwnedBytes,
    parts: Arc<Parts>,
    /// Checksum of the archive.
    pub checksum: u32,
}

impl Archived {
    /// Every archive of a file.
    pub fn all(bytes: Vec<u8>) -> Result<Vec<Archived>, OpenError> {
        let found = archive::unpack(&bytes)?;
        let bytes = OwnedBytes::new(bytes);
        let archived = |(parts, checksum)| Archived { bytes: bytes.clone(), parts: Arc::new(parts), checksum };
        Ok(found.into_iter().map(archived).collect())
    }

    /// Content of a part.
    pub fn part(&self, name: &str) -> Option<OwnedBytes> {
        self.parts.get(name).map(|range| self.bytes.slice(range.clone()))
    }

    /// Content of a part that every index has.
    pub fn needed(&self, name: &str) -> Result<OwnedBytes, OpenError> {
        self.part(name).ok_or_else(|| OpenError::Unusable(format!("{name} is missing")))
    }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "an archive is never written to")
}

impl Directory for Archived {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.open_read(path)?))
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        let part = path.to_str().and_then(|name| self.part(name));
        part.map(|bytes| FileSlice::new(Arc::new(bytes)))
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::FileDoesNotExist(path.to_owned()))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(path.to_str().is_some_and(|name| self.parts.contains_key(name)))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), PathBuf::from(path)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let part = path.to_str().and_then(|name| self.part(name));
        part.map(|bytes| bytes.to_vec()).ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Err(LockError::wrap_io_error(read_only()))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
