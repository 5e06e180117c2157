//! A pushed commit to a folder, as files and nothing else: no link is made, no attribute or filter of the repository
//! applies, and nothing is written before size and number are known to be within the limits.

#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::diagnostic::Text;
use crate::git::Git;
use crate::output;
use crate::paths::leads_downwards;

/// Most that is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Files.
    pub files: usize,
    /// Bytes of all files.
    pub bytes: u64,
}

/// A file of a commit.
struct Entry {
    path: String,
    id: String,
    bytes: u64,
}

/// Lays out some folders of a commit in an empty folder. The inner error says what cannot be taken.
pub fn lay_out(git: &Git, commit: &str, folders: &[&str], limits: Limits, into: &Path) -> Result<Result<(), Text>> {
    let entries = match entries(git, commit, folders, limits)? {
        Ok(entries) => entries,
        Err(refused) => return Ok(Err(refused)),
    };
    let ids: Vec<String> = entries.iter().map(|entry| format!("{}\n", entry.id)).collect();
    let contents = git.run_with(["cat-file", "--batch"], ids.concat().as_bytes())?;
    let mut rest = contents.as_slice();
    for entry in &entries {
        let (bytes, after) = next(rest, entry).with_context(|| entry.path.clone())?;
        rest = after;
        let path = into.join(&entry.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| entry.path.clone())?;
        }
        // Fails where a commit made by hand names a file twice.
        output::write_new(&path, bytes).with_context(|| entry.path.clone())?;
    }
    Ok(Ok(()))
}

/// Makes a folder with the texts of a commit a working tree of its repository at that commit, so that whoever asks git
/// about a text there gets the history of this commit.
pub fn attach(repository: &Path, commit: &str, folder: &Path) -> Result<()> {
    let own = folder.join(".git");
    let repository = repository.canonicalize().with_context(|| format!("{}", repository.display()))?;
    output::create(&own.join("HEAD"), &format!("{commit}\n"))?;
    output::create(&own.join("commondir"), &format!("{}\n", repository.display()))
}

/// Every file of the folders, or what cannot be taken.
fn entries(git: &Git, commit: &str, folders: &[&str], limits: Limits) -> Result<Result<Vec<Entry>, Text>> {
    /// Bytes of a line that are usual; with paths of this length every line, a listing is cut off before its last file.
    const LINE: usize = 400;
    let listing = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--"].into_iter().chain(folders.iter().copied());
    let Some(listing) = git.run_limited(listing, limits.files.saturating_mul(LINE))? else {
        return Ok(Err(too_many(limits)));
    };
    let lines = listing.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    let entries: Result<Vec<Entry>, Text> = lines.map(entry).collect();
    Ok(entries.and_then(|entries| {
        let bytes = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.bytes));
        let (megabytes, most) = (bytes.div_ceil(1_000_000), limits.bytes / 1_000_000);
        if entries.len() > limits.files {
            Err(too_many(limits))
        } else if bytes > limits.bytes {
            Err(text!(
                "das Handbuch ist mit {megabytes} MB zu groß; dieser Server nimmt höchstens {most} MB",
                "the handbook is too large: {megabytes} MB; this server takes {most} MB at most"
            ))
        } else {
            Ok(entries)
        }
    }))
}

fn too_many(limits: Limits) -> Text {
    let most = limits.files;
    text!(
        "es sind zu viele Dateien; dieser Server nimmt höchstens {most}",
        "there are too many files; this server takes {most} at most"
    )
}

/// `100644 blob <id>    <size>\t<path>`.
fn entry(line: &[u8]) -> Result<Entry, Text> {
    let lossy = String::from_utf8_lossy(line);
    let (head, path) = lossy.split_once('\t').unwrap_or_default();
    let mut words = head.split_whitespace();
    let (mode, id, size) = (words.next(), words.nth(1), words.next());
    match mode {
        Some("120000") => Err(text!(
            "{path} ist eine Verknüpfung; die Datei selbst in den Ordner kopieren",
            "{path} is a symbolic link; copy the file itself into the folder"
        )),
        Some("160000") => Err(text!(
            "{path} ist ein Submodul; die Dateien selbst in den Ordner kopieren",
            "{path} is a submodule; copy the files themselves into the folder"
        )),
        _ if std::str::from_utf8(line).is_err() || !is_harmless(path) => Err(text!(
            "der Name {path} geht nicht; nur a–z, 0–9 und Bindestriche verwenden",
            "the name {path} cannot be used; use only a–z, 0–9 and hyphens"
        )),
        _ => {
            let bytes = size.and_then(|size| size.parse().ok()).unwrap_or(u64::MAX);
            Ok(Entry { path: path.to_owned(), id: id.unwrap_or_default().to_owned(), bytes })
        }
    }
}

/// Whether a path can be written into a folder and stays in it; nothing in it becomes a repository.
fn is_harmless(path: &str) -> bool {
    const LONGEST: usize = 255;
    leads_downwards(path) && path.split('/').all(|name| name.len() <= LONGEST && !name.eq_ignore_ascii_case(".git"))
}

/// The bytes of the next file in the answer of `cat-file --batch`, `<id> blob <size>\n<bytes>\n`, and what follows.
fn next<'a>(answer: &'a [u8], entry: &Entry) -> Option<(&'a [u8], &'a [u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let size: usize = head.strip_prefix(&entry.id)?.strip_prefix(" blob ")?.parse().ok()?;
    let rest = answer.get(end + 1..)?;
    Some((rest.get(..size)?, rest.get(size + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, harmless: bool) {
        let line = format!("100644 blob 0123456789      12\t{path}");
        assert_eq!(entry(line.as_bytes()).is_ok(), harmless, "{path}");
    }

    #[test]
    fn takes_only_paths_that_lead_downwards() {
        check("content/cases/halle/case.yaml", true);
        check("content/.gitattributes", true);
        for path in
            ["content/../x", "/etc/passwd", "content//x", "content/.GIT/config", "content/a\\b", "content/c:x", ""]
        {
            check(path, false);
        }
        check(&format!("content/{}", "a".repeat(256)), false);
        assert!(entry(b"100644 blob 0123 12\tcontent/\xff").is_err());
        assert!(entry(b"120000 blob 0123 12\tcontent/link").is_err());
        assert!(entry(b"160000 commit 0123 -\tcontent/module").is_err());
    }
}
