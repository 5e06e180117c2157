//! Disk to [`Sources`]: the only reader. Texts come out as editors meant them: UTF-8 without byte order mark, lines
//! ended by `\n`, `ü` as one character. What cannot be read becomes a message; nothing is skipped in silence.

#![allow(clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Code, Diagnostic, Reported};
use crate::hashed::{self, Hashed};
use crate::memory::Memory;
use crate::model::Position;

/// Folder of the texts, below the root of the handbook.
pub const CONTENT: &str = "content";

/// Folder of themes, below the root of the handbook.
pub const THEMES: &str = "themes";

/// Folder of the cases, a folder for each.
const CASES: &str = "content/cases/";

/// Folders that hold a handbook.
pub const FOLDERS: [&str; 2] = [CONTENT, THEMES];

/// Folder of generated schema files, which are no content.
const SCHEMA: &str = "content/schema/";

/// Largest text that is read. The largest real one is a list of literature of some hundred kilobytes.
const LARGEST_TEXT: u64 = 4_000_000;

/// Largest Markdown text that is read: a hundred printed pages come to a third of it. Markup takes a multiple of its text.
const LARGEST_MARKDOWN: u64 = 1_000_000;

/// Largest attachment that is read; images have a far lower limit of their own.
const LARGEST_ATTACHMENT: u64 = 30_000_000;

/// Everything below `content/` and `themes/`, by path with `/` from the root of the handbook.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// YAML, Markdown, templates, styles, scripts.
    pub texts: BTreeMap<String, Hashed<str>>,
    /// Everything else: images, documents.
    pub attachments: BTreeMap<String, Hashed<[u8]>>,
    /// Files that are there but cannot be read, which is reported already.
    pub unread: BTreeSet<String>,
}

impl Sources {
    /// Tells these sources from others: names and bytes of all files, as `b3sum` lists them in the order of their names.
    pub fn digest(&self) -> Digest {
        let nothing = blake3::hash(&[]);
        let texts = self.texts.iter().map(|(name, text)| (name.as_str(), text.hash()));
        let attachments = self.attachments.iter().map(|(name, bytes)| (name.as_str(), bytes.hash()));
        let unread = self.unread.iter().map(|name| (name.as_str(), nothing.as_bytes()));
        let mut files: Vec<(&str, &[u8; 32])> = texts.chain(attachments).chain(unread).collect();
        files.sort_unstable();
        let digest = |counts: fn(&str) -> bool| {
            let mut hasher = blake3::Hasher::new();
            for (name, hash) in files.iter().filter(|(name, _)| counts(name)) {
                let hash = blake3::Hash::from_bytes(**hash).to_hex();
                for piece in [hash.as_bytes(), b"  ", name.as_bytes(), b"\n"] {
                    hasher.update(piece);
                }
            }
            hasher.finalize()
        };
        Digest {
            content: digest(|name| !name.starts_with("themes/")),
            styles: digest(is_style),
            frame: digest(|name| !is_style(name) && !name.starts_with(CASES)),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name) || self.attachments.contains_key(name)
    }

    /// Whether there is such a file, or a folder with files.
    fn has_below(&self, name: &str) -> bool {
        let folder = format!("{name}/");
        let is_first = |first: Option<&String>| first.is_some_and(|first| first.starts_with(&folder));
        let after = || folder.clone()..;
        self.has(name)
            || is_first(self.texts.range(after()).next().map(|(name, _)| name))
            || is_first(self.attachments.range(after()).next().map(|(name, _)| name))
    }

    /// Names of the cases that there are, whatever is in them.
    pub fn cases(&self) -> BTreeSet<String> {
        let names = self.texts.keys().chain(self.attachments.keys()).chain(&self.unread);
        let case = |name: &String| name.strip_prefix(CASES)?.split('/').next().map(str::to_owned);
        names.filter_map(case).collect()
    }

    /// Splits off what lies below `themes/`.
    pub fn take_themes(&mut self) -> Sources {
        let is_theme = |name: &String| name.starts_with("themes/");
        Sources {
            texts: self.texts.extract_if(.., |name, _| is_theme(name)).collect(),
            attachments: self.attachments.extract_if(.., |name, _| is_theme(name)).collect(),
            unread: BTreeSet::new(),
        }
    }
}

/// Tells sources from others, by hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Everything below `content/`.
    pub content: blake3::Hash,
    /// Style sheets of themes.
    pub styles: blake3::Hash,
    /// Everything that is neither a style sheet nor a file of a case.
    pub frame: blake3::Hash,
}

impl Digest {
    /// Tells sources from others by all files.
    pub fn all(&self) -> blake3::Hash {
        hashed::join([&self.styles, &self.content, &self.frame].map(|hash| &hash.as_bytes()[..]))
    }
}

fn is_style(name: &str) -> bool {
    name.starts_with("themes/") && name.ends_with(".css")
}

#[derive(Clone)]
enum Content {
    Text(Hashed<str>),
    Attachment(Hashed<[u8]>),
}

/// Reads a handbook.
pub fn read(root: &Path, memory: &Memory) -> Reported<Sources> {
    let mut diagnostics = Vec::new();
    let mut paths: BTreeMap<String, PathBuf> = BTreeMap::new();
    for folder in FOLDERS {
        list(root, folder, &mut paths, &mut diagnostics);
    }
    let mut unread: BTreeSet<String> = diagnostics.iter().map(|diagnostic| diagnostic.file.clone()).collect();
    let names = hashed::join(paths.keys().map(String::as_bytes));
    diagnostics.extend(memory.recall("source::similar_names", &[names.as_bytes()], || similar_names(&paths)));
    let contents: Vec<(String, Result<Content, Diagnostic>)> =
        paths.into_par_iter().map(|(name, path)| (name.clone(), read_known(&name, &path, memory))).collect();

    let mut sources = Sources::default();
    for (name, content) in contents {
        match content {
            Ok(Content::Text(text)) => drop(sources.texts.insert(name, text)),
            Ok(Content::Attachment(bytes)) => drop(sources.attachments.insert(name, bytes)),
            Err(diagnostic) => {
                unread.insert(name);
                diagnostics.push(diagnostic);
            }
        }
    }
    sources.unread = unread;
    if !sources.texts.contains_key("content/handbook.yaml") && !sources.unread.contains("content/handbook.yaml") {
        let place = root.display();
        diagnostics.push(
            Diagnostic::about_file(
                Code::HandbookMissing,
                "content/handbook.yaml",
                text!("in „{place}“ liegt kein Handbuch", "there is no handbook in \"{place}\""),
            )
            .hint(text!(
                "mit --root den Ordner nennen, in dem content/ liegt, oder mit „praxis new handbook ORDNER“ ein Handbuch anlegen",
                "name the folder that holds content/ with --root, or create a handbook with \"praxis new handbook FOLDER\""
            )),
        );
    }
    Reported { value: sources, diagnostics }
}

/// The same handbook with some files read again; none where all of it has to be read: files came, went or cannot be read.
pub fn read_again(sources: &Reported<Sources>, root: &Path, written: &BTreeSet<PathBuf>) -> Option<Reported<Sources>> {
    let mut again = sources.diagnostics.is_empty().then(|| sources.value.clone())?;
    for path in written {
        let (name, path) = (name_of(root, path).ok()?, root.join(path));
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() && again.has(&name) => match read_file(&name, &path).ok()? {
                Content::Text(text) => drop(again.texts.insert(name, text)),
                Content::Attachment(bytes) => drop(again.attachments.insert(name, bytes)),
            },
            // What an editor had put down for a moment.
            Err(_) if !again.has_below(&name) => {}
            Ok(_) | Err(_) => return None,
        }
    }
    Some(Reported { value: again, diagnostics: Vec::new() })
}

/// Whether a path below the root is one of the generated schema files.
pub fn is_generated(path: &Path) -> bool {
    path.starts_with(SCHEMA)
}

/// Tells whether files came, went, or have another size or time than before, without reading them.
pub fn fingerprint(root: &Path) -> blake3::Hash {
    fingerprint_of(&FOLDERS.map(|folder| root.join(folder)), |name| !is_clutter(name))
}

/// The same for any folders, of which only files and folders with certain names count.
pub fn fingerprint_of(folders: &[impl AsRef<Path>], counts: impl Fn(&str) -> bool) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for folder in folders {
        let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
        let counts = |entry: &DirEntry| entry.depth() == 0 || counts(&entry.file_name().to_string_lossy());
        for entry in entries.filter_entry(counts).filter_map(Result::ok).filter(|entry| !entry.file_type().is_dir()) {
            let metadata = fs::metadata(entry.path()).ok();
            let known = metadata.map(|metadata| (metadata.len(), metadata.modified().ok()));
            hasher.update(format!("{:?} {known:?}\n", entry.path()).as_bytes());
        }
    }
    hasher.finalize()
}

/// The text of one file, for showing a line of it in a report. What is refused for its size or kind is not read here either: a
/// pipe would never end.
pub fn read_text(root: &Path, name: &str) -> Option<String> {
    let path = root.join(name);
    let is_text = fs::metadata(&path).is_ok_and(|data| data.is_file() && data.len() <= LARGEST_TEXT);
    is_text.then(|| normalise(fs::read(path).ok()?).ok())?
}

/// The bytes of a file that is no part of a handbook; `None` where there are more than `limit`.
pub fn read_limited(path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    // One byte more tells that there is more, without reading all of it.
    fs::File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= limit).then_some(bytes))
}

/// What was found of one entry: a file of the handbook, something else that may be there, or a problem.
type Entry = Result<Option<(String, PathBuf)>, Diagnostic>;

/// Collects the files below a folder, in the order of their names.
fn list(root: &Path, folder: &str, paths: &mut BTreeMap<String, PathBuf>, diagnostics: &mut Vec<Diagnostic>) {
    let base = root.join(folder);
    if !base.exists() {
        return;
    }
    let canonical_base = base.canonicalize().unwrap_or_else(|_| base.clone());
    let look = |entry: walkdir::Result<DirEntry>| match entry {
        Ok(entry) => file_of(root, &canonical_base, &entry),
        Err(error) => Err(unlisted(root, folder, &error)),
    };
    // Folders two levels down are the cases. There are many of them, and each is looked through on its own.
    let (folders, upper): (Vec<_>, Vec<_>) = walk(&base, 2)
        .partition(|entry| entry.as_ref().is_ok_and(|entry| entry.depth() == 2 && entry.file_type().is_dir()));
    let below =
        folders.into_par_iter().flatten_iter().flat_map_iter(|folder| walk(folder.path(), usize::MAX).map(look));
    let found: Vec<Entry> = upper.into_par_iter().map(look).chain(below).collect();
    for entry in found {
        match entry {
            Ok(Some((name, path))) => {
                if let Some(other) = paths.insert(name.clone(), path) {
                    diagnostics.push(same_name(&name, &other));
                }
            }
            Ok(None) => {}
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
}

/// Everything below a folder. Hidden files and what editors leave behind are no content.
fn walk(folder: &Path, depth: usize) -> impl Iterator<Item = walkdir::Result<DirEntry>> + use<> {
    let counts = |entry: &DirEntry| entry.depth() == 0 || !is_clutter(&entry.file_name().to_string_lossy());
    WalkDir::new(folder).max_depth(depth).sort_by_file_name().into_iter().filter_entry(counts)
}

fn unlisted(root: &Path, folder: &str, error: &walkdir::Error) -> Diagnostic {
    let name = error.path().and_then(|path| name_of(root, path).ok()).unwrap_or_else(|| folder.to_owned());
    unreadable(&name, &error.io_error().map_or_else(|| error.to_string(), io::Error::to_string))
}

/// Name and path of an entry, if it is a file of the handbook.
fn file_of(root: &Path, canonical_base: &Path, entry: &DirEntry) -> Entry {
    let name = name_of(root, entry.path())?;
    if name.starts_with(SCHEMA) || entry.file_type().is_dir() {
        return Ok(None);
    }
    if entry.path_is_symlink() {
        let target =
            entry.path().canonicalize().ok().filter(|target| target.starts_with(canonical_base) && target.is_file());
        return target.map(|target| Some((name.clone(), target))).ok_or_else(|| symlink(&name));
    }
    if !entry.file_type().is_file() {
        return Err(Diagnostic::about_file(
            Code::SpecialFile,
            &name,
            text!("das ist keine Datei, sondern ein Gerät oder eine Leitung", "this is no file but a device or a pipe"),
        )
        .hint(text!("den Eintrag löschen", "delete the entry")));
    }
    Ok(Some((name, entry.path().to_owned())))
}

/// Whether a file or folder of that name is hidden, or left behind by an editor or a file manager.
pub fn is_clutter(name: &str) -> bool {
    name.starts_with('.')
        || name.ends_with('~')
        || name.starts_with('#')
        || matches!(name, "Thumbs.db" | "desktop.ini" | "node_modules")
        || [".swp", ".swx", ".tmp", ".bak", ".orig"].iter().any(|ending| name.ends_with(ending))
}

/// Path below the root with `/`, in composed Unicode form.
fn name_of(root: &Path, path: &Path) -> Result<String, Diagnostic> {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
    match parts {
        Some(parts) => Ok(composed(parts.join("/"))),
        None => {
            let name = relative.to_string_lossy().into_owned();
            Err(Diagnostic::about_file(
                Code::InvalidName,
                &name,
                text!("der Dateiname ist nicht lesbar (kein UTF-8)", "the file name is not readable (not UTF-8)"),
            )
            .hint(text!(
                "die Datei umbenennen: nur a–z, 0–9 und Bindestriche",
                "rename the file: only a–z, 0–9 and hyphens"
            )))
        }
    }
}

/// Reads a file, unless it is remembered and has not been touched since.
fn read_known(name: &str, path: &Path, memory: &Memory) -> Result<Content, Diagnostic> {
    /// File systems keep times in steps of up to two seconds; within one step two versions look the same.
    const STEP: Duration = Duration::from_secs(2);
    let touched = fs::metadata(path).ok().and_then(|metadata| Some((metadata.modified().ok()?, metadata)));
    match touched {
        Some((time, metadata)) if time.elapsed().is_ok_and(|age| age > STEP) => {
            let stamp = format!("{time:?} {} {:?}", metadata.len(), identity(&metadata));
            memory.recall("source::read", &[name.as_bytes(), stamp.as_bytes()], || read_file(name, path))
        }
        // Just saved, or with a time that is none.
        _ => read_file(name, path),
    }
}

/// Number of a file and time of the last change to anything about it: tells one file from another moved into its place.
#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) {}

fn read_file(name: &str, path: &Path) -> Result<Content, Diagnostic> {
    let limit = match name {
        _ if name.ends_with(".md") => LARGEST_MARKDOWN,
        _ if is_text(name) => LARGEST_TEXT,
        _ => LARGEST_ATTACHMENT,
    };
    let size = fs::metadata(path).map_err(|error| unreadable(name, &error.to_string()))?.len();
    if size > limit {
        let (megabytes, most) = (size.div_ceil(1_000_000), limit / 1_000_000);
        return Err(Diagnostic::about_file(
            Code::FileTooLarge,
            name,
            text!("die Datei ist mit {megabytes} MB zu groß", "the file is too large: {megabytes} MB"),
        )
        .hint(text!(
            "höchstens {most} MB; Bilder verkleinern, Texte aufteilen",
            "at most {most} MB; scale images down, split texts"
        )));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(name, &error.to_string()))?;
    if !is_text(name) {
        return Ok(Content::Attachment(bytes.into()));
    }
    normalise(bytes).map(|text| Content::Text(text.into())).map_err(|at| {
        Diagnostic::new(
            Code::NotUtf8,
            name,
            at,
            text!("die Datei ist hier nicht als UTF-8 lesbar", "the file is not readable as UTF-8 here"),
        )
        .hint(text!("im Editor mit der Kodierung UTF-8 speichern", "save it in the editor with the encoding UTF-8"))
    })
}

fn is_text(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    matches!(&*ending, "yaml" | "yml" | "md" | "html" | "css" | "js" | "svg" | "txt" | "xml" | "json")
}

/// Text as meant: no byte order mark, `\n`, composed characters. The error is the place of the first bad byte.
fn normalise(bytes: Vec<u8>) -> Result<String, Position> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Position::new(before.matches('\n').count() + 1, before[line_start..].chars().count() + 1, 1)
    })?;
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        text = rest.to_owned();
    }
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    Ok(composed(text))
}

/// `ü` as one character. Combining marks (U+0300–U+036F) start with these two bytes; without them German text is composed
/// already.
fn composed(text: String) -> String {
    if text.bytes().any(|byte| byte == 0xCC || byte == 0xCD) { text.nfc().collect() } else { text }
}

fn unreadable(name: &str, cause: &str) -> Diagnostic {
    Diagnostic::about_file(Code::UnreadableFile, name, text!("nicht lesbar: {cause}", "not readable: {cause}"))
        .hint(text!("Leserechte prüfen", "check the permission to read"))
}

fn symlink(name: &str) -> Diagnostic {
    Diagnostic::about_file(
        Code::SymlinkOutside,
        name,
        text!(
            "die Verknüpfung führt nicht zu einer Datei im selben Ordnerbaum",
            "the link does not lead to a file in the same tree of folders"
        ),
    )
    .hint(text!("die Datei selbst in den Ordner kopieren", "copy the file itself into the folder"))
}

fn same_name(name: &str, other: &Path) -> Diagnostic {
    let other = other.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Diagnostic::about_file(
        Code::SimilarNames,
        name,
        text!(
            "zwei Dateien heißen gleich, nur anders zusammengesetzt: „{other}“",
            "two files have the same name in different Unicode forms: \"{other}\""
        ),
    )
    .hint(text!("eine der beiden löschen oder umbenennen", "delete or rename one of them"))
}

/// Names that differ only in case overwrite each other on Windows and macOS.
fn similar_names(paths: &BTreeMap<String, PathBuf>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    let mut reported: BTreeMap<String, ()> = BTreeMap::new();
    for name in paths.keys() {
        for (index, _) in name.match_indices('/').chain([(name.len(), "")]) {
            let part = &name[..index];
            let Some(other) = folded.insert(part.to_lowercase(), part) else { continue };
            if other != part && reported.insert(part.to_lowercase(), ()).is_none() {
                diagnostics.push(
                    Diagnostic::about_file(
                        Code::SimilarNames,
                        part,
                        text!(
                            "„{part}“ und „{other}“ unterscheiden sich nur in der Groß- und Kleinschreibung",
                            "\"{part}\" and \"{other}\" differ only in case"
                        ),
                    )
                    .hint(text!(
                        "einen der beiden Namen ändern; Windows und macOS halten sie für denselben",
                        "change one of the names; Windows and macOS take them for the same"
                    )),
                );
            }
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling_alike() {
        for bytes in
            ["Gr\u{fc}\u{df}e\nan", "\u{feff}Gr\u{fc}\u{df}e\nan", "Gru\u{308}\u{df}e\r\nan", "Gr\u{fc}\u{df}e\ran"]
        {
            assert_eq!(normalise(bytes.as_bytes().to_vec()).as_deref(), Ok("Gr\u{fc}\u{df}e\nan"));
        }
    }

    #[test]
    fn names_the_first_bad_byte() {
        assert_eq!(normalise(b"eins\nzw\xfflf".to_vec()), Err(Position::new(2, 3, 1)));
    }

    #[test]
    fn reads_single_files_again_only_where_that_is_enough() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
        fs::create_dir_all(root.join("content/cases/a")).unwrap();
        write("content/handbook.yaml", "title: A");
        write("content/cases/a/case.md", "alt");
        let before = read(root, &Memory::none());
        let check = |name: &str, expected: bool| {
            let again = read_again(&before, root, &BTreeSet::from([name.into()]));
            assert_eq!(again.is_some(), expected, "{name}");
            if let Some(again) = again {
                assert_eq!(again.value.digest(), read(root, &Memory::none()).value.digest(), "{name}");
            }
        };
        check("content/cases/a/4913", true);
        write("content/cases/a/case.md", "neu");
        check("content/cases/a/case.md", true);
        check("content/cases/a", false);
        write("content/cases/a/bild.png", "");
        check("content/cases/a/bild.png", false);
        fs::remove_file(root.join("content/cases/a/bild.png")).unwrap();
        fs::write(root.join("content/cases/a/case.md"), b"\xff").unwrap();
        check("content/cases/a/case.md", false);
        fs::remove_file(root.join("content/cases/a/case.md")).unwrap();
        check("content/cases/a/case.md", false);
        check("content/cases", false);
    }
}
