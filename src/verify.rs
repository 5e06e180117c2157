//! An offline edition against its checksums, packed or unpacked. Nothing is unpacked to the disk and nothing that the
//! edition says about itself is believed: whoever checks a copy does so because it may be damaged, or made to do damage.

// This is where the disk is read that `source` and `output` know nothing of.
#![allow(clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use walkdir::WalkDir;
use zip::ZipArchive;

use crate::bundle::{SUMS, sha256_of};
use crate::diagnostic::Text;
use crate::paths::leads_downwards;

/// Most bytes that an edition may have when it is unpacked: far above any handbook, far below what fills a disk.
const LARGEST: u64 = 4 << 30;

/// Most files of an edition.
const MOST_FILES: usize = 500_000;

/// Most bytes of a list of checksums.
const LARGEST_SUMS: u64 = 64 << 20;

/// What is wrong with one file of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It has other bytes, or cannot be read.
    Changed,
    /// It is on the list and not there.
    Missing,
    /// It is there and not on the list.
    Additional,
}

/// How an edition compares.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Files on the list.
    pub files: usize,
    /// Files that are not as they should be, by path.
    pub differences: BTreeMap<String, Difference>,
    /// Whether a zip is as the file with its checksum says; none without such a file.
    pub zip: Option<bool>,
}

impl Comparison {
    /// Whether everything is as it should be.
    pub fn is_whole(&self) -> bool {
        self.differences.is_empty() && self.zip != Some(false)
    }
}

/// Compares an edition with its checksums; the text says why there is nothing to compare.
pub fn compare(path: &Path) -> Result<Result<Comparison, Text>> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => compare_folder(path),
        Ok(found) if found.is_file() => compare_zip(path),
        Ok(_) => Ok(Err(text!("{shown} ist weder Datei noch Ordner", "{shown} is neither a file nor a folder"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Err(text!("{shown} gibt es nicht", "there is no {shown}")))
        }
        Err(error) => Err(error).with_context(|| format!("{shown}")),
    }
}

fn compare_folder(folder: &Path) -> Result<Result<Comparison, Text>> {
    let shown = folder.display();
    let Ok(file) = File::open(folder.join(SUMS)) else {
        return Ok(Err(text!(
            "in {shown} liegt keine lesbare Datei {SUMS}; den Ordner nennen, in dem sie liegt",
            "there is no readable file {SUMS} in {shown}; name the folder that holds it"
        )));
    };
    let sums = match parse_sums(file) {
        Ok(sums) => sums,
        Err(text) => return Ok(Err(text)),
    };
    let mut comparison = Comparison { files: sums.len(), ..Comparison::default() };
    let mut seen = BTreeSet::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry = entry.with_context(|| format!("{shown}"))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let name = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        if name == SUMS {
            continue;
        }
        let difference = match sums.get(&name) {
            None => Some(Difference::Additional),
            // A link is no file of the edition, whatever it leads to.
            Some(sum) if entry.file_type().is_file() => {
                let found = File::open(entry.path()).and_then(|mut file| sha256_of(&mut file));
                (found.ok().as_ref() != Some(sum)).then_some(Difference::Changed)
            }
            Some(_) => Some(Difference::Changed),
        };
        seen.insert(name.clone());
        comparison.differences.extend(difference.map(|difference| (name, difference)));
    }
    comparison.add_missing(&sums, &seen);
    Ok(Ok(comparison))
}

fn compare_zip(path: &Path) -> Result<Result<Comparison, Text>> {
    let mut file = File::open(path).with_context(|| format!("{}", path.display()))?;
    let zip = match sum_beside(path) {
        Some(expected) => Some(expected == sha256_of(&mut file).with_context(|| format!("{}", path.display()))?),
        None => None,
    };
    let compared = open_zip(path, file).and_then(|mut archive| compare_archive(&mut archive));
    Ok(compared.map(|comparison| Comparison { zip, ..comparison }))
}

/// The checksum that stands in `X.zip.sha256`; nothing that could fit where that file is there and unreadable.
fn sum_beside(path: &Path) -> Option<String> {
    let mut name = OsString::from(path);
    name.push(".sha256");
    let file = File::open(PathBuf::from(name)).ok()?;
    let mut text = String::new();
    // One line; more would be something else.
    let _ = file.take(4096).read_to_string(&mut text);
    Some(text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase())
}

type Archive = ZipArchive<BufReader<File>>;

/// Opens a zip and refuses those that are made to exhaust whoever unpacks them, or to look different to different programs.
fn open_zip(path: &Path, file: File) -> Result<Archive, Text> {
    let shown = path.display();
    let unreadable = |error: zip::result::ZipError| {
        text!("{shown} ist keine lesbare ZIP-Datei: {error}", "{shown} is no readable zip: {error}")
    };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    let files = archive.len();
    if files > MOST_FILES {
        return Err(text!(
            "{shown} hat {files} Einträge, höchstens {MOST_FILES} werden geprüft",
            "{shown} has {files} entries, at most {MOST_FILES} are checked"
        ));
    }
    let (mut size, most) = (0_u64, LARGEST >> 30);
    for index in 0..files {
        size = size.saturating_add(archive.by_index_raw(index).map_err(unreadable)?.size());
    }
    if size > LARGEST {
        let gigabytes = size >> 30;
        return Err(text!(
            "{shown} hätte entpackt {gigabytes} GB, höchstens {most} GB werden geprüft: nicht entpacken",
            "{shown} would have {gigabytes} GB unpacked, at most {most} GB are checked: do not unpack it"
        ));
    }
    if archive.has_duplicate_names() || archive.has_overlapping_entries().map_err(unreadable)? {
        return Err(text!(
            "{shown} enthält Einträge doppelt oder ineinander: nicht entpacken",
            "{shown} holds entries twice or inside each other: do not unpack it"
        ));
    }
    Ok(archive)
}

fn compare_archive(archive: &mut Archive) -> Result<Comparison, Text> {
    let names: Vec<String> = archive.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    if let Some(name) = names.iter().find(|name| !leads_downwards(name.strip_suffix('/').unwrap_or(name))) {
        return Err(text!(
            "der Eintrag „{name}“ will aus seinem Ordner heraus: nicht entpacken",
            "the entry \"{name}\" leads out of its folder: do not unpack it"
        ));
    }
    let is_sums = |name: &&String| name.split_once('/').is_some_and(|(_, rest)| rest == SUMS);
    let Some((position, top)) = names
        .iter()
        .position(|name| is_sums(&name))
        .and_then(|position| Some((position, names.get(position)?.split_once('/')?.0.to_owned())))
    else {
        return Err(text!("darin liegt keine Datei {SUMS}", "there is no file {SUMS} in it"));
    };
    let sums = archive
        .by_index(position)
        .map_err(|error| text!("{SUMS} ist nicht lesbar: {error}", "{SUMS} cannot be read: {error}"))
        .and_then(parse_sums)?;
    let mut comparison = Comparison { files: sums.len(), ..Comparison::default() };
    let mut seen = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        let inside = name.split_once('/').and_then(|(folder, rest)| (folder == top).then_some(rest));
        if name.ends_with('/') || inside == Some(SUMS) {
            continue;
        }
        let shown = inside.unwrap_or(name).to_owned();
        let difference = match inside.and_then(|inside| sums.get(inside)) {
            None => Some(Difference::Additional),
            Some(sum) => (entry_sum(archive, index).as_ref() != Some(sum)).then_some(Difference::Changed),
        };
        if inside.is_some() {
            seen.insert(shown.clone());
        }
        comparison.differences.extend(difference.map(|difference| (shown, difference)));
    }
    comparison.add_missing(&sums, &seen);
    Ok(comparison)
}

/// Checksum of an entry, as far as it says to be long; none where it cannot be read or is no file.
fn entry_sum(archive: &mut Archive, index: usize) -> Option<String> {
    let entry = archive.by_index(index).ok()?;
    if !entry.is_file() {
        return None;
    }
    let size = entry.size();
    let mut entry = entry.take(size.saturating_add(1));
    let sum = sha256_of(&mut entry).ok()?;
    (entry.limit() == 1).then_some(sum)
}

/// Reads a list of checksums by path.
fn parse_sums(file: impl Read) -> Result<BTreeMap<String, String>, Text> {
    const DIGITS: usize = 64;
    let unreadable = || text!("{SUMS} ist keine Liste von Prüfsummen", "{SUMS} is no list of checksums");
    let mut text = String::new();
    let mut limited = file.take(LARGEST_SUMS);
    limited.read_to_string(&mut text).map_err(|_| unreadable())?;
    if limited.limit() == 0 {
        return Err(unreadable());
    }
    let line = |line: &str| {
        let (sum, path) = line.split_once("  ")?;
        let is_sum = sum.len() == DIGITS && sum.bytes().all(|digit| digit.is_ascii_hexdigit());
        (is_sum && leads_downwards(path)).then(|| (path.to_owned(), sum.to_ascii_lowercase()))
    };
    let sums = text.lines().map(line).collect::<Option<BTreeMap<_, _>>>();
    sums.filter(|sums| !sums.is_empty()).ok_or_else(unreadable)
}

impl Comparison {
    fn add_missing(&mut self, sums: &BTreeMap<String, String>, seen: &BTreeSet<String>) {
        let missing = sums.keys().filter(|path| !seen.contains(*path));
        self.differences.extend(missing.map(|path| (path.clone(), Difference::Missing)));
    }
}
