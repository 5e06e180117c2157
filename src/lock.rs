//! A lock that one run holds and that the system releases when the run ends, in whatever way. Whoever finds it taken can
//! say by whom.

#![allow(clippy::disallowed_methods)]

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A file that only one run holds, and that is gone when nobody does.
pub struct Lock {
    path: PathBuf,
    _file: File,
}

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Process, machine and user, as the owner wrote them down.
    process: String,
    since: Option<Timestamp>,
}

impl Lock {
    /// Takes the lock, or says who holds it.
    pub fn take(path: &Path) -> io::Result<Result<Lock, Owner>> {
        loop {
            // Not emptied on opening: it holds the words of its owner until the lock is ours.
            let mut file = options().create(true).truncate(false).open(path)?;
            match file.try_lock() {
                // The file may have been removed by its last holder between opening and locking.
                Ok(()) if is_current(&file, path) => {
                    // On a full disk it is held without a name.
                    let _ = file.set_len(0).and_then(|()| file.write_all(this_process().as_bytes()));
                    return Ok(Ok(Lock { path: path.to_owned(), _file: file }));
                }
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => return Ok(Err(owner(&mut file))),
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// Takes the lock as soon as it is free, or says who still holds it after that time. `waiting` is called once, if there
    /// is something to wait for.
    pub fn wait(path: &Path, patience: Duration, waiting: impl FnOnce(&Owner)) -> io::Result<Result<Lock, Owner>> {
        const PAUSE: Duration = Duration::from_millis(50);
        let started = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            let owner = match Lock::take(path)? {
                Ok(lock) => return Ok(Ok(lock)),
                Err(owner) => owner,
            };
            if started.elapsed() >= patience {
                return Ok(Err(owner));
            }
            if let Some(waiting) = waiting.take() {
                waiting(&owner);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Who holds a lock at this moment, if anyone does.
    pub fn holder(path: &Path) -> Option<Owner> {
        let mut file = options().open(path).ok()?;
        matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)).then(|| owner(&mut file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What cannot be removed is taken over by the next run.
        let _ = fs::remove_file(&self.path);
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.process)?;
        self.since.map_or(Ok(()), |since| write!(formatter, ", {since:.0}"))
    }
}

/// A link in the place of a lock leads to a file of somebody else, which must not be written to.
#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = File::options();
    options.read(true).write(true).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    options
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    options
}

fn owner(file: &mut File) -> Owner {
    let mut process = String::new();
    // Empty if the owner has taken the lock in this very moment.
    let _ = file.read_to_string(&mut process);
    if process.is_empty() {
        process.push('?');
    }
    let written = file.metadata().and_then(|metadata| metadata.modified()).ok();
    Owner { process, since: written.and_then(|time| Timestamp::try_from(time).ok()) }
}

/// `PID 4711, server, www-data`.
fn this_process() -> String {
    let words = [format!("PID {}", std::process::id()), host(), user()];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

#[cfg(unix)]
fn user() -> String {
    // A service has no name in its environment; its number is enough to find it.
    std::env::var("USER").unwrap_or_else(|_| format!("UID {}", rustix::process::getuid().as_raw()))
}

#[cfg(not(unix))]
fn user() -> String {
    std::env::var("USERNAME").unwrap_or_default()
}

#[cfg(unix)]
fn is_current(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let found = (file.metadata(), fs::metadata(path));
    matches!(found, (Ok(own), Ok(present)) if own.ino() == present.ino() && own.dev() == present.dev())
}

/// Elsewhere an open file cannot be removed by others.
#[cfg(not(unix))]
fn is_current(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_its_owner_and_is_gone_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert_eq!(Lock::holder(&path), None);
        let lock = Lock::take(&path).unwrap().unwrap();
        let owner = Lock::take(&path).unwrap().err().unwrap();
        assert!(owner.to_string().starts_with(&format!("PID {}, ", std::process::id())), "{owner}");
        assert_eq!(Lock::holder(&path), Some(owner.clone()));
        let mut told = None;
        let refused = Lock::wait(&path, Duration::from_millis(1), |owner| told = Some(owner.clone())).unwrap();
        assert_eq!((refused.err(), told), (Some(owner.clone()), Some(owner)));
        drop(lock);
        assert!(!path.exists());
        assert!(Lock::take(&path).unwrap().is_ok());
    }
}
