//! `publish.log`: one line for every publication, by release and commit. Persons are not named.

#![allow(clippy::disallowed_methods)]

use std::fmt;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

/// Name of the log, in the folder of the releases.
pub const NAME: &str = "publish.log";

/// How a publication ended. Words are the same in every language, for programs that read the log.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The end.
    pub time: Timestamp,
    /// `published`, `unchanged`, `rolled-back`, `refused` or `failed`.
    pub result: &'a str,
    /// Name of the release that readers see from now on.
    pub release: Option<&'a str>,
    /// The commit that was to be published.
    pub commit: Option<&'a str>,
    /// Files of the site.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (release, commit) = (self.release.unwrap_or("-"), self.commit.unwrap_or("-"));
        write!(formatter, "{:.0} result={} release={release} commit={commit}", self.time, self.result)?;
        write!(formatter, " files={} bytes={} seconds={:.2}", self.files, self.bytes, self.seconds)
    }
}

/// Adds a line.
pub fn append(folder: &Path, entry: &Entry<'_>) -> Result<()> {
    let path = folder.join(NAME);
    let append = || {
        let mut file = File::options().read(true).append(true).create(true).open(&path)?;
        // A full disk may have left half a line.
        let line = if ends_whole(&mut file)? { format!("{entry}\n") } else { format!("\n{entry}\n") };
        file.write_all(line.as_bytes())?;
        file.sync_all()
    };
    append().with_context(|| format!("{}", path.display()))
}

/// The last lines, the newest last; none where there is no log.
pub fn last_lines(folder: &Path, count: usize) -> Vec<String> {
    /// More than the longest lines that anyone asks for.
    const TAIL: u64 = 64 << 10;
    let tail = || {
        let mut file = File::open(folder.join(NAME))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = tail().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| (*line).to_owned()).collect()
}

fn ends_whole(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
