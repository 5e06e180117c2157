//! Recipes to disk: the only writer. A site is made in a folder beside the old one and swapped in as a whole, so that
//! whoever looks, at any moment and after any crash, sees one whole site. Only files whose bytes differ are written.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Reported};
use crate::lock::Lock;
use crate::render::Recipe;

/// List of the files of a site, kept inside it: it tells our files from those of others.
pub(crate) const MANIFEST: &str = ".praxis-files";

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    /// Files of the site.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Files that were not there before, or with other bytes.
    pub changed: usize,
}

/// Why a folder is refused, before anything is written.
#[derive(Debug)]
pub enum Refused {
    /// The folder holds files that this program did not write.
    Foreign(Vec<String>),
    /// The folder holds the handbook itself, or lies inside its texts.
    HoldsHandbook,
    /// There is a file of that name.
    NoFolder,
    /// Another run is writing the same site.
    Busy,
}

/// A folder that may be written to, locked for this run.
pub struct Target {
    out: PathBuf,
    staging: PathBuf,
    /// Held until the run ends.
    _lock: Lock,
}

impl Target {
    /// Locks the folder of a site and heals what a killed run left.
    pub fn open(root: &Path, out: &Path) -> Result<Result<Target, Refused>> {
        let out = resolve(out).with_context(|| format!("{}", out.display()))?;
        let root = root.canonicalize().with_context(|| format!("{}", root.display()))?;
        let inside = |folder: &str| root.join(folder).canonicalize().is_ok_and(|folder| out.starts_with(folder));
        if root.starts_with(&out) || inside(crate::source::CONTENT) || inside(crate::source::THEMES) {
            return Ok(Err(Refused::HoldsHandbook));
        }
        if out.exists() && !out.is_dir() {
            return Ok(Err(Refused::NoFolder));
        }
        if let Some(parent) = out.parent() {
            fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
        }
        let lock_path = beside(&out, "lock")?;
        let Ok(lock) = Lock::take(&lock_path).with_context(|| format!("{}", lock_path.display()))? else {
            return Ok(Err(Refused::Busy));
        };
        let (staging, old) = (beside(&out, "staging")?, beside(&out, "old")?);
        // Without an atomic exchange a run may have been killed between its two renames.
        if !out.exists() && old.exists() {
            fs::rename(&old, &out).with_context(|| format!("{}", out.display()))?;
        }
        for leftover in [&staging, &old] {
            remove(leftover)?;
        }
        let foreign = foreign_files(&out)?;
        if !foreign.is_empty() {
            return Ok(Err(Refused::Foreign(foreign)));
        }
        Ok(Ok(Target { out, staging, _lock: lock }))
    }

    /// Makes and writes every file, then swaps the site in. With messages nothing is changed.
    pub fn write(&self, recipes: &[Recipe<'_>], step: impl Fn() + Sync) -> Result<Reported<Option<Written>>> {
        let result = self.stage(recipes, step);
        match result {
            Ok(Reported { value, diagnostics }) if diagnostics.is_empty() => {
                self.swap()?;
                Ok(Reported { value: Some(value), diagnostics })
            }
            Ok(Reported { diagnostics, .. }) => {
                remove(&self.staging)?;
                Ok(Reported { value: None, diagnostics })
            }
            Err(error) => {
                // The first error is the one to report; what is left here is removed by the next run.
                let _ = remove(&self.staging);
                Err(error)
            }
        }
    }

    fn stage(&self, recipes: &[Recipe<'_>], step: impl Fn() + Sync) -> Result<Reported<Written>> {
        let Reported { value: files, diagnostics } = stage(recipes, &self.staging, Some(&self.out), step)?;
        write_list(&self.staging, files.iter().map(|file| file.path.as_str()))?;
        let written = Written {
            files: files.len(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            changed: files.iter().filter(|file| !file.kept).count(),
        };
        Ok(Reported { value: written, diagnostics })
    }

    fn swap(&self) -> Result<()> {
        sync(&self.staging).with_context(|| format!("{}", self.staging.display()))?;
        let context = || format!("{}", self.out.display());
        if !self.out.exists() {
            return fs::rename(&self.staging, &self.out).with_context(context);
        }
        if exchange(&self.staging, &self.out) {
            return remove(&self.staging);
        }
        let old = beside(&self.out, "old")?;
        fs::rename(&self.out, &old).with_context(context)?;
        fs::rename(&self.staging, &self.out).with_context(context)?;
        remove(&old)
    }
}

/// A file of a site that was made, beside the site that readers see.
pub struct Staged {
    /// Path from the root of the site, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// It is the file of the old site: its bytes are the same.
    pub kept: bool,
}

/// Makes every file into a folder that holds none of them yet; those of the old site are taken over where they are the same.
pub fn stage(
    recipes: &[Recipe<'_>],
    staging: &Path,
    old: Option<&Path>,
    step: impl Fn() + Sync,
) -> Result<Reported<Vec<Staged>>> {
    let paths = recipes.iter().flat_map(|recipe| &recipe.paths);
    let folders: BTreeSet<PathBuf> = paths.filter_map(|path| staging.join(path).parent().map(Path::to_owned)).collect();
    for folder in &folders {
        fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    let results: Vec<Result<Vec<Staged>, Diagnostic>> = recipes
        .par_iter()
        .map(|recipe| {
            let files = match recipe.make() {
                Ok(files) => files,
                Err(diagnostic) => return Ok(Err(diagnostic)),
            };
            let mut staged = Vec::new();
            for (path, bytes) in recipe.paths.iter().zip(files) {
                let kept = old.is_some_and(|old| keep(&old.join(path), &staging.join(path), &bytes));
                if !kept {
                    let path = staging.join(path);
                    write_new(&path, &bytes).with_context(|| format!("{}", path.display()))?;
                }
                staged.push(Staged { path: path.clone(), bytes: bytes.len() as u64, kept });
            }
            step();
            Ok(Ok(staged))
        })
        .collect::<Result<_>>()?;
    let mut reported = Reported { value: Vec::new(), diagnostics: Vec::new() };
    for result in results {
        match result {
            Ok(files) => reported.value.extend(files),
            Err(diagnostic) => reported.diagnostics.push(diagnostic),
        }
    }
    Ok(reported)
}

/// Adds an empty file to a site that was made.
pub fn stage_empty(staging: &Path, path: &str) -> Result<Staged> {
    let place = staging.join(path);
    write_new(&place, &[]).with_context(|| format!("{}", place.display()))?;
    Ok(Staged { path: path.to_owned(), bytes: 0, kept: false })
}

/// Takes over the old file where its bytes are the same.
fn keep(old: &Path, new: &Path, bytes: &[u8]) -> bool {
    let same_size =
        fs::symlink_metadata(old).is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    same_size && fs::read(old).is_ok_and(|old_bytes| old_bytes == bytes) && fs::hard_link(old, new).is_ok()
}

/// Puts the list of its files into a site.
pub(crate) fn write_list<'a>(site: &Path, paths: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut paths: Vec<&str> = paths.into_iter().collect();
    paths.sort_unstable();
    let list = site.join(MANIFEST);
    write_new(&list, (paths.join("\n") + "\n").as_bytes()).with_context(|| format!("{}", list.display()))
}

/// Tells whether files of a folder came, went, or have another size or time than before, without reading them.
pub fn fingerprint(out: &Path) -> blake3::Hash {
    crate::source::fingerprint_of(&[out], |_| true)
}

/// Writes a file that must not exist yet, with the folders above it; for `praxis new`.
pub fn create(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
    }
    write_new(path, text.as_bytes()).with_context(|| format!("{}", path.display()))
}

/// Replaces a file as a whole; for `praxis schema`.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let written = replace_with(path, |file| Ok(Some(file.write_all(text.as_bytes())?)))?;
    debug_assert!(written.is_some(), "a text is always there");
    Ok(())
}

/// Replaces a file as a whole by what `write` puts into it; where that is nothing, the old one stays.
pub fn replace_with<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<Option<T>>) -> Result<Option<T>> {
    let staged = beside(path, "staging")?;
    remove(&staged)?;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
    }
    let write_staged = || -> Result<Option<T>> {
        let mut file = File::options().read(true).write(true).create_new(true).open(&staged)?;
        let written = write(&mut file)?;
        if written.is_some() {
            file.sync_all()?;
            fs::rename(&staged, path)?;
        }
        Ok(written)
    };
    let result = write_staged().with_context(|| format!("{}", path.display()));
    if !matches!(result, Ok(Some(_))) {
        remove(&staged)?;
    }
    result
}

/// Whether nothing stands at a path, or an empty folder.
pub fn is_free(path: &Path) -> bool {
    fs::read_dir(path)
        .map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |mut entries| entries.next().is_none())
}

/// A path without links and `..`, as far as it exists already.
pub(crate) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        if component == Component::ParentDir {
            resolved.pop();
        } else {
            resolved.push(component);
            resolved = resolved.canonicalize().unwrap_or(resolved);
        }
    }
    Ok(resolved)
}

pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create_new(path)?.write_all(bytes)
}

/// `.public.staging` beside `public`: on the same file system, so that it can be renamed.
fn beside(out: &Path, what: &str) -> Result<PathBuf> {
    let Some(name) = out.file_name() else { bail!("{}: no name for a folder", out.display()) };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{what}"));
    Ok(out.with_file_name(hidden))
}

pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    removed.with_context(|| format!("{}", path.display()))
}

/// Files of the folder that are not on its list: at most ten, enough to see what it is.
pub(crate) fn foreign_files(out: &Path) -> Result<Vec<String>> {
    const SHOWN: usize = 10;
    if !out.exists() {
        return Ok(Vec::new());
    }
    let list = out.join(MANIFEST);
    let manifest = match fs::read_to_string(&list) {
        // Without a list, or with one that cannot be ours, every file is somebody else's.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => String::new(),
        read => read.with_context(|| format!("{}", list.display()))?,
    };
    let own: BTreeSet<&str> = manifest.lines().chain([MANIFEST]).collect();
    let mut foreign = Vec::new();
    for entry in WalkDir::new(out).min_depth(1).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{}", out.display()))?;
        let path = entry.path().strip_prefix(out).unwrap_or(entry.path());
        let name = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        if !entry.file_type().is_dir() && !own.contains(name.as_str()) && foreign.len() < SHOWN {
            foreign.push(name);
        }
    }
    Ok(foreign)
}

/// Brings what was written to the disk before it is swapped in, so that a power cut leaves no empty files.
#[cfg(target_os = "linux")]
pub(crate) fn sync(staging: &Path) -> io::Result<()> {
    // One call for the whole file system is far quicker than one for each of ten thousand files.
    Ok(rustix::fs::syncfs(File::open(staging)?)?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn sync(staging: &Path) -> io::Result<()> {
    for entry in WalkDir::new(staging).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
        File::options().write(true).open(entry.path())?.sync_all()?;
    }
    Ok(())
}

/// Exchanges two folders in one step, where the file system can.
#[cfg(target_os = "linux")]
fn exchange(left: &Path, right: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, left, CWD, right, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(path: &str, bytes: &'static [u8]) -> Recipe<'static> {
        Recipe::new(path.to_owned(), move || Ok(bytes.to_vec()))
    }

    fn target(folder: &Path) -> Result<Target, Refused> {
        fs::create_dir_all(folder.join("content")).unwrap();
        Target::open(folder, &folder.join("public")).unwrap()
    }

    #[test]
    fn replaces_the_whole_site() {
        let folder = tempfile::tempdir().unwrap();
        let public = folder.path().join("public");
        let first = target(folder.path()).unwrap();
        first.write(&[recipe("a.html", b"1"), recipe("b/c.html", b"2")], || ()).unwrap();
        drop(first);
        let second =
            target(folder.path()).unwrap().write(&[recipe("a.html", b"1"), recipe("d.html", b"3")], || ()).unwrap();
        assert_eq!(second.value.unwrap().changed, 1);
        assert_eq!(fs::read(public.join("a.html")).unwrap(), b"1");
        assert!(public.join("d.html").exists() && !public.join("b").exists());
        assert!(!folder.path().join(".public.staging").exists());
    }

    #[test]
    fn leaves_the_old_site_when_a_page_fails() {
        use crate::diagnostic::Code;
        let folder = tempfile::tempdir().unwrap();
        target(folder.path()).unwrap().write(&[recipe("a.html", b"1")], || ()).unwrap();
        let broken =
            Recipe::new("a.html".to_owned(), || Err(Diagnostic::about_file(Code::TemplateError, "x", text!("x", "x"))));
        let result = target(folder.path()).unwrap().write(&[broken], || ()).unwrap();
        assert_eq!(result.diagnostics.len(), 1);
        assert_eq!(fs::read(folder.path().join("public/a.html")).unwrap(), b"1");
    }

    #[test]
    fn refuses_folders_of_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("public")).unwrap();
        fs::write(folder.path().join("public/mine.txt"), "x").unwrap();
        assert!(matches!(target(folder.path()), Err(Refused::Foreign(files)) if files == ["mine.txt"]));
        fs::create_dir_all(folder.path().join("content")).unwrap();
        assert!(matches!(Target::open(folder.path(), folder.path()).unwrap(), Err(Refused::HoldsHandbook)));
        assert!(matches!(
            Target::open(folder.path(), &folder.path().join("content/x")).unwrap(),
            Err(Refused::HoldsHandbook)
        ));
    }

    #[test]
    fn refuses_a_second_run_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = target(folder.path()).unwrap();
        assert!(matches!(target(folder.path()), Err(Refused::Busy)));
        drop(first);
        assert!(target(folder.path()).is_ok());
    }
}
