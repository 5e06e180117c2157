//! The files of an archive as a directory that can only be read.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, FileSlice, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

/// Parts of an archive, without copying them.
#[derive(Clone, Debug)]
pub struct Archived {
    bytes: OwnedBytes,
    parts: Arc<BTreeMap<String, Range<usize>>>,
}

impl Archived {
    /// Takes the bytes of an archive and the places of its parts in them.
    pub fn new(bytes: Vec<u8>, parts: BTreeMap<String, Range<usize>>) -> Self {
        Archived { bytes: OwnedBytes::new(bytes), parts: Arc::new(parts) }
    }

    /// Content of a part.
    pub fn part(&self, name: &str) -> Option<OwnedBytes> {
        self.parts.get(name).map(|range| self.bytes.slice(range.clone()))
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
