//! What the last build was made from, so that an unchanged handbook is not built again. A hidden folder beside `content/`,
//! ignored by git, safe to delete at any time.

#![allow(clippy::disallowed_methods)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::hashed;
use crate::model::Language;
use crate::output;

/// Name of the folder.
const FOLDER: &str = ".praxis-cache";

/// A finished build.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Fingerprint of everything that it was made from, the program included.
    inputs: String,
    /// Fingerprint of the folder as it was left.
    output: String,
    /// What was noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// Language of the handbook.
    pub language: Language,
    /// What was built.
    pub counts: Counts,
}

/// What a site consists of.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Cases.
    pub cases: usize,
    /// Items of all checklists.
    pub items: usize,
    /// Topics.
    pub topics: usize,
    /// Pages.
    pub pages: usize,
    /// Files of the site.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
}

/// The record of one folder of a handbook.
pub struct Cache {
    file: PathBuf,
    out: PathBuf,
    /// None where the system does not tell which program this is: then every build is a first one.
    inputs: Option<blake3::Hash>,
}

/// Fingerprint of this program, for another one may write another site. Taken once: who watches builds again and again.
fn program() -> io::Result<blake3::Hash> {
    static PROGRAM: OnceLock<blake3::Hash> = OnceLock::new();
    if let Some(known) = PROGRAM.get() {
        return Ok(*known);
    }
    let read = blake3::Hasher::new().update_reader(fs::File::open(std::env::current_exe()?)?)?.finalize();
    Ok(*PROGRAM.get_or_init(|| read))
}

impl Cache {
    /// The record of what is built into `out` from these inputs.
    pub fn new(root: &Path, out: &Path, inputs: &[&[u8]]) -> Result<Cache> {
        let out = std::path::absolute(out)?;
        let name = blake3::hash(out.as_os_str().as_encoded_bytes()).to_hex();
        let file = root.join(FOLDER).join(format!("build-{}.json", &name[..16]));
        let inputs = program()
            .ok()
            .map(|program| hashed::join([&program.as_bytes()[..]].into_iter().chain(inputs.iter().copied())));
        Ok(Cache { file, out, inputs })
    }

    /// The last build, if it was made from the same inputs and nobody touched the folder since.
    pub fn recall(&self) -> Option<Record> {
        let record: Record = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        let is_same = record.inputs == self.inputs?.to_hex().as_str();
        let is_untouched = || record.output == output::fingerprint(&self.out).to_hex().as_str();
        (is_same && is_untouched()).then_some(record)
    }

    /// Notes a finished build. A cache that cannot be written is no cache, and nothing worse.
    pub fn keep(&self, diagnostics: &[Diagnostic], language: Language, counts: Counts) {
        let Some(inputs) = self.inputs else { return };
        let record = Record {
            inputs: inputs.to_hex().to_string(),
            output: output::fingerprint(&self.out).to_hex().to_string(),
            diagnostics: diagnostics.to_vec(),
            language,
            counts,
        };
        let _ = self.write(&record);
    }

    fn write(&self, record: &Record) -> io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        // A link in its place leads to a folder of somebody else.
        if fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        fs::create_dir_all(folder)?;
        write_once(&folder.join(".gitignore"), b"*\n")?;
        write_once(&folder.join("CACHEDIR.TAG"), b"Signature: 8a477f597d28d172789f06886806bc55\n")?;
        // Renamed into place as a whole, so that a killed run leaves no half record. Two runs never write at once: the folder
        // of the site is locked.
        let staged = self.file.with_extension("tmp");
        if fs::symlink_metadata(&staged).is_ok() {
            fs::remove_file(&staged)?;
        }
        output::write_new(&staged, &serde_json::to_vec(record)?)?;
        fs::rename(&staged, &self.file)
    }
}

/// Writes a file that never changes, and through no link.
fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match output::write_new(path, bytes) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}
