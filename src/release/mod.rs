//! Sites on a server, as releases: `releases/<name>` is one whole site that nobody changes any more, `current` is a link to
//! one of them, switched in one step. A run that ends anywhere, or finds the disk full, leaves `current` as it was; the next
//! one clears away what is left of it.

#![allow(clippy::disallowed_methods)]

mod log;
mod pack;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use crate::diagnostic::Reported;
use crate::lock::{Lock, Owner};
use crate::origin::Origin;
use crate::output::{self, MANIFEST, Staged};
use crate::render::Recipe;
use crate::source;
pub use log::{Entry, last_lines};

/// Folder of all releases.
const RELEASES: &str = "releases";
/// Link to the release that readers see.
const CURRENT: &str = "current";
/// The new link, before it takes the place of the old one.
const NEXT: &str = ".current.next";
/// A release that is being made.
const STAGING: &str = ".staging";
/// A release that is being removed.
const OLD: &str = ".old";
/// Where the texts of a pushed commit are laid out.
const CHECKOUT: &str = ".checkout";
const LOCK: &str = ".praxis-lock";

/// Digits of a commit or a fingerprint that make a name.
const DIGITS: usize = 12;

/// The folder of all releases, locked for this run.
pub struct Store {
    folder: PathBuf,
    /// Held until the run ends.
    _lock: Lock,
}

/// Why a folder is refused, before anything is written.
#[derive(Debug)]
pub enum Refused {
    /// These stand in the way and are not ours.
    Foreign(Vec<String>),
    /// The folder lies inside the texts of the handbook.
    InsideHandbook,
    /// There is a file of that name.
    NoFolder,
    /// Another run is publishing.
    Busy(Owner),
    /// The system lacks links that can be switched in one step.
    NoLinks,
}

/// What is online now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Name of the release.
    pub release: String,
    /// Files of the site, packed ones included.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Whether readers see something else than before.
    pub switched: bool,
}

/// A release, as it lies on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Name of its folder.
    pub name: String,
    /// When it was made.
    pub made: Timestamp,
    /// Its size in bytes; files that releases share count in each.
    pub bytes: u64,
    /// Whether readers see it.
    pub is_current: bool,
}

impl Store {
    /// Locks the folder, if need be after waiting for another run, and heals what a killed run left.
    pub fn open(
        folder: &Path,
        root: Option<&Path>,
        patience: Duration,
        waiting: impl FnOnce(&Owner),
    ) -> Result<Result<Store, Refused>> {
        if cfg!(not(unix)) {
            return Ok(Err(Refused::NoLinks));
        }
        let folder = output::resolve(folder).with_context(|| format!("{}", folder.display()))?;
        if folder.exists() && !folder.is_dir() {
            return Ok(Err(Refused::NoFolder));
        }
        let inside = |texts: &str| {
            root.and_then(|root| root.join(texts).canonicalize().ok()).is_some_and(|texts| folder.starts_with(texts))
        };
        if inside(source::CONTENT) || inside(source::THEMES) {
            return Ok(Err(Refused::InsideHandbook));
        }
        let releases = folder.join(RELEASES);
        // Before anything is created, and once more when no other run moves things about.
        let found = if releases.exists() { Vec::new() } else { foreign(&folder)? };
        if !found.is_empty() {
            return Ok(Err(Refused::Foreign(found)));
        }
        // Not the folder of the releases: a file in its place is for the list of what is in the way.
        fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
        let path = folder.join(LOCK);
        let lock = match Lock::wait(&path, patience, waiting).with_context(|| format!("{}", path.display()))? {
            Ok(lock) => lock,
            Err(owner) => return Ok(Err(Refused::Busy(owner))),
        };
        let found = foreign(&folder)?;
        if !found.is_empty() {
            return Ok(Err(Refused::Foreign(found)));
        }
        fs::create_dir_all(&releases).with_context(|| format!("{}", releases.display()))?;
        let store = Store { folder, _lock: lock };
        store.clear()?;
        Ok(Ok(store))
    }

    /// An empty folder for the texts of a commit; gone with the run, or with the next one.
    pub fn checkout(&self) -> Result<PathBuf> {
        let folder = self.folder.join(CHECKOUT);
        fs::create_dir(&folder).with_context(|| format!("{}", folder.display()))?;
        Ok(folder)
    }

    /// Makes a release and switches to it, unless readers see the same already. With messages nothing is changed.
    pub fn publish(&self, recipes: &[Recipe<'_>], origin: &Origin) -> Result<Reported<Option<Published>>> {
        let staging = self.folder.join(RELEASES).join(STAGING);
        let result = self.make(recipes, origin, &staging);
        // The first error is the one to report; what is left here is removed by the next run.
        let _ = output::remove(&staging);
        result
    }

    fn make(&self, recipes: &[Recipe<'_>], origin: &Origin, staging: &Path) -> Result<Reported<Option<Published>>> {
        let old = current(&self.folder).map(|name| self.path_of(&name));
        let Reported { value: files, diagnostics } = output::stage(recipes, staging, old.as_deref(), || ())?;
        if !diagnostics.is_empty() {
            return Ok(Reported { value: None, diagnostics });
        }
        let packed = pack::all(&files, staging, old.as_deref())?;
        let all: Vec<&Staged> = files.iter().chain(&packed).collect();
        output::write_list(staging, all.iter().map(|file| file.path.as_str()))?;
        let (release, switched) = self.settle(staging, &files, origin)?;
        let bytes = all.iter().map(|file| file.bytes).sum();
        let published = Published { release, files: all.len(), bytes, switched };
        Ok(Reported { value: Some(published), diagnostics })
    }

    /// Gives the new site its name and switches to it; or finds that it is there already.
    fn settle(&self, staging: &Path, files: &[Staged], origin: &Origin) -> Result<(String, bool)> {
        if let Some(current) = current(&self.folder).filter(|current| same(&self.path_of(current), staging)) {
            return Ok((current, false));
        }
        let first = name(origin, || digest(staging, files))?;
        // The same commit gives another site with another program, address or day.
        let mut names = std::iter::once(first.clone()).chain((2_u64..).map(|number| format!("{first}-{number}")));
        let name = names.find(|name| !self.path_of(name).exists() || same(&self.path_of(name), staging));
        let name = name.unwrap_or(first);
        let path = self.path_of(&name);
        if !path.exists() {
            output::sync(staging).with_context(|| format!("{}", staging.display()))?;
            fs::rename(staging, &path).with_context(|| format!("{}", path.display()))?;
        }
        self.switch(&name)?;
        Ok((name, true))
    }

    /// Goes back to a release: the one that was made before the current one, if none is named. The error is what there is.
    pub fn roll_back(&self, to: Option<&str>) -> Result<Result<Release, Vec<Release>>> {
        let releases = list(&self.folder)?;
        let position = releases.iter().position(|release| release.is_current);
        let wanted = match to {
            Some(name) => releases.iter().find(|release| release.name == name),
            None => position.and_then(|position| releases.get(position + 1)),
        };
        let Some(release) = wanted else { return Ok(Err(releases)) };
        self.switch(&release.name)?;
        Ok(Ok(release.clone()))
    }

    /// Removes all but the newest releases. The current one stays, and so does one that holds files of others.
    pub fn prune(&self, keep: usize) -> Result<()> {
        for release in list(&self.folder)?.into_iter().skip(keep).filter(|release| !release.is_current) {
            let path = self.path_of(&release.name);
            if !output::foreign_files(&path)?.is_empty() {
                continue;
            }
            // Out of the list in one step, so that a killed run leaves no half of a release in it.
            let old = self.folder.join(RELEASES).join(OLD);
            fs::rename(&path, &old).with_context(|| format!("{}", path.display()))?;
            output::remove(&old)?;
        }
        Ok(())
    }

    /// Writes a line into the log of publications.
    pub fn log(&self, entry: &Entry<'_>) -> Result<()> {
        log::append(&self.folder, entry)
    }

    #[cfg(unix)]
    fn switch(&self, name: &str) -> Result<()> {
        let (next, current) = (self.folder.join(NEXT), self.folder.join(CURRENT));
        let context = || format!("{}", current.display());
        std::os::unix::fs::symlink(Path::new(RELEASES).join(name), &next).with_context(context)?;
        fs::rename(&next, &current).with_context(context)?;
        fs::File::open(&self.folder).and_then(|folder| folder.sync_all()).with_context(context)
    }

    /// Never called: [`Store::open`] refuses where there are no such links.
    #[cfg(not(unix))]
    fn switch(&self, _: &str) -> Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported).into())
    }

    fn path_of(&self, release: &str) -> PathBuf {
        self.folder.join(RELEASES).join(release)
    }

    fn clear(&self) -> Result<()> {
        let releases = self.folder.join(RELEASES);
        let leftovers =
            [releases.join(STAGING), releases.join(OLD), self.folder.join(NEXT), self.folder.join(CHECKOUT)];
        leftovers.iter().try_for_each(|leftover| output::remove(leftover))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // What cannot be removed is removed by the next run.
        let _ = self.clear();
    }
}

/// The commit of a release, shortened; marked where the texts are not those of the commit.
pub fn label(origin: &Origin) -> Option<String> {
    let commit = origin.shortened(DIGITS)?;
    Some(if origin.is_clean { commit.to_owned() } else { format!("{commit}-dirty") })
}

/// Name of a release. The fingerprint of the site is only taken where the commit does not tell what is in it.
fn name(origin: &Origin, digest: impl FnOnce() -> Result<String>) -> Result<String> {
    let label = match label(origin) {
        Some(commit) if origin.is_clean => return Ok(commit),
        label => label.unwrap_or_else(|| "content".to_owned()),
    };
    Ok(format!("{label}-{:.DIGITS$}", digest()?))
}

/// Name of the release that readers see.
pub fn current(folder: &Path) -> Option<String> {
    let target = fs::read_link(folder.join(CURRENT)).ok()?;
    let name = target.strip_prefix(RELEASES).ok()?.to_str()?;
    (!name.is_empty() && !name.contains('/')).then(|| name.to_owned())
}

/// Every release, the newest first.
pub fn list(folder: &Path) -> Result<Vec<Release>> {
    let current = current(folder);
    let mut releases = Vec::new();
    for name in names(&folder.join(RELEASES))?.into_iter().filter(|name| !name.starts_with('.')) {
        let path = folder.join(RELEASES).join(&name);
        // Another run may be removing it.
        let Ok(made) = fs::metadata(path.join(MANIFEST)).and_then(|list| list.modified()) else { continue };
        let files = listed(&path).unwrap_or_default();
        let sizes = files.iter().filter_map(|file| fs::metadata(path.join(file)).ok());
        let bytes = sizes.map(|metadata| metadata.len()).sum();
        let is_current = current.as_ref() == Some(&name);
        releases.push(Release { name, made: Timestamp::try_from(made)?, bytes, is_current });
    }
    releases.sort_by(|left, right| (right.made, &right.name).cmp(&(left.made, &left.name)));
    Ok(releases)
}

/// Who is publishing into a folder at this moment.
pub fn publisher(folder: &Path) -> Option<Owner> {
    Lock::holder(&folder.join(LOCK))
}

/// What stands in the way in a folder of releases, or in one that is to become one. Nothing of it may be touched.
fn foreign(folder: &Path) -> Result<Vec<String>> {
    let mut foreign = BTreeSet::new();
    let exists = |name: &str| folder.join(name).symlink_metadata().is_ok();
    if !exists(RELEASES) {
        // Hidden things and what a new disk brings along are in nobody's way.
        let new = |name: &String| !name.starts_with('.') && name != "lost+found";
        foreign.extend(names(folder)?.into_iter().filter(new));
    }
    if exists(CURRENT) && current(folder).is_none() {
        foreign.insert(CURRENT.to_owned());
    }
    if exists(log::NAME) && !folder.join(log::NAME).is_file() {
        foreign.insert(log::NAME.to_owned());
    }
    let releases = folder.join(RELEASES);
    if exists(RELEASES) && !releases.is_dir() {
        foreign.insert(RELEASES.to_owned());
    } else {
        let is_release = |name: &String| name.starts_with('.') || releases.join(name).join(MANIFEST).is_file();
        let others = names(&releases)?.into_iter().filter(|name| !is_release(name));
        foreign.extend(others.map(|name| format!("{RELEASES}/{name}")));
    }
    Ok(foreign.into_iter().collect())
}

/// Names in a folder; none where there is no folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("{}", folder.display()))?,
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    names.collect::<io::Result<_>>().with_context(|| format!("{}", folder.display()))
}

/// Files of a release, by its own list.
fn listed(release: &Path) -> Result<Vec<String>> {
    let list = release.join(MANIFEST);
    let text = fs::read_to_string(&list).with_context(|| format!("{}", list.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Whether two releases have the same files with the same bytes.
fn same(left: &Path, right: &Path) -> bool {
    let (Ok(files), Ok(others)) = (listed(left), listed(right)) else { return false };
    files == others && files.iter().all(|file| same_file(&left.join(file), &right.join(file)))
}

fn same_file(left: &Path, right: &Path) -> bool {
    let (Ok(one), Ok(other)) = (fs::metadata(left), fs::metadata(right)) else { return false };
    let read = |path: &Path| fs::read(path).ok();
    is_one_file(&one, &other)
        || (one.len() == other.len() && read(left).is_some_and(|bytes| read(right) == Some(bytes)))
}

/// Whether two names lead to the same file, which then need not be read.
#[cfg(unix)]
fn is_one_file(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_one_file(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    false
}

/// Fingerprint of a site: names and bytes of its files.
fn digest(site: &Path, files: &[Staged]) -> Result<String> {
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        let file = site.join(path);
        let bytes = fs::read(&file).with_context(|| format!("{}", file.display()))?;
        hasher.update(format!("{path}\0{}\0", bytes.len()).as_bytes()).update(&bytes);
    }
    Ok(hasher.finalize().to_hex().to_string())
}
