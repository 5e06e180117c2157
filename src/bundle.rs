//! The offline edition as one zip that Windows, macOS and Linux unpack: the same files give the same bytes. Writes to
//! whatever it is given and never looks at the disk; see `verify` for the way back.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Seek, Write};

use anyhow::{Context as _, Result};
use jiff::civil;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::diagnostic::{Code, Diagnostic, Reported, Text};
use crate::model::is_device;
use crate::render::{Edition, Offer, Recipe, Renderer};

/// List of all files of an edition with their checksums, in the notation of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";

/// Longest path in a zip, with the folder at its top. Windows allows 260, of which a network drive takes its share.
const LONGEST_PATH: usize = 119;

/// Files that are made before they are written: enough to keep every core busy, few enough to fit into memory.
const AT_ONCE: usize = 64;

/// How much deflate tries. Fixed, for another level gives other bytes.
const LEVEL: i64 = 6;

/// Packs the files of an edition below one folder and adds the list of checksums. With messages the zip is unusable.
pub fn pack<W: Write + Seek>(
    recipes: &[Recipe<'_>],
    edition: &Edition,
    day: civil::Date,
    to: W,
) -> Result<Vec<Diagnostic>> {
    let press = Press { folder: &edition.name, options: options(day) };
    let mut zip = ZipWriter::new(to);
    let mut diagnostics = Vec::new();
    let mut sums: BTreeMap<String, String> = BTreeMap::new();
    for some in recipes.chunks(AT_ONCE) {
        let pressed = some.par_iter().map(|recipe| press.files(recipe)).collect::<Result<Vec<_>>>()?;
        for files in pressed {
            diagnostics.extend(files.diagnostics);
            for file in files.value {
                zip.add_prepared_file(file.entry)?;
                sums.insert(file.path, file.sum);
            }
        }
    }
    let lines = sums.iter().map(|(path, sum)| sums_line(sum, path)).collect::<String>();
    zip.add_prepared_file(press.file(SUMS, lines.as_bytes())?.entry)?;
    zip.finish()?.flush()?;
    Ok(diagnostics)
}

/// Turns files into entries of a zip, each on its own, so that many can be made at once.
struct Press<'e> {
    /// Folder that everything lies in.
    folder: &'e str,
    options: SimpleFileOptions,
}

/// A file that only needs to be put into a zip.
struct Pressed {
    path: String,
    sum: String,
    entry: PreparedZipFile,
}

impl Press<'_> {
    fn files(&self, recipe: &Recipe<'_>) -> Result<Reported<Vec<Pressed>>> {
        let files = match recipe.make() {
            Ok(files) => files,
            Err(diagnostic) => return Ok(Reported { value: Vec::new(), diagnostics: vec![diagnostic] }),
        };
        let pressed = recipe.paths.iter().zip(files).map(|(path, bytes)| self.file(path, &bytes));
        Ok(Reported { value: pressed.collect::<Result<_>>()?, diagnostics: Vec::new() })
    }

    fn file(&self, path: &str, bytes: &[u8]) -> Result<Pressed> {
        let name = format!("{}/{path}", self.folder);
        let entry = PreparedZipFile::from_data(name, self.options, bytes).with_context(|| path.to_owned())?;
        Ok(Pressed { path: path.to_owned(), sum: sha256(bytes), entry })
    }
}

/// Every file of a site that offers its own offline edition.
pub fn offering<'a>(renderer: &'a Renderer<'a>, edition: &'a Edition) -> Vec<Recipe<'a>> {
    renderer.offering_recipes(edition, || {
        let mut zip = Cursor::new(Vec::new());
        let packed = pack(&renderer.edition_recipes(edition), edition, renderer.site().today, &mut zip);
        if let Some(diagnostic) = packed.map_err(|error| failed(&error))?.into_iter().next() {
            return Err(diagnostic);
        }
        let zip = zip.into_inner();
        let offer = Offer { bytes: zip.len() as u64, sha256: sha256(&zip) };
        let sums = sums_line(&offer.sha256, &format!("{}.zip", edition.name));
        Ok((offer, [zip, sums.into_bytes()]))
    })
}

fn failed(error: &anyhow::Error) -> Diagnostic {
    let message = text!(
        "die Offline-Fassung lässt sich nicht packen: {error:#}",
        "the offline edition cannot be packed: {error:#}"
    );
    Diagnostic::about_file(Code::OfflineEditionFailed, "content/handbook.yaml", message)
}

/// Plain entries without extra fields, which the oldest unpackers understand: version 2.0, deflate, no owner, one time.
fn options(day: civil::Date) -> SimpleFileOptions {
    let number = |value: i8| u8::try_from(value).unwrap_or_default();
    let year = u16::try_from(day.year()).unwrap_or_default();
    // The notation begins with 1980, which stands for any day before.
    let time = DateTime::from_date_and_time(year, number(day.month()), number(day.day()), 0, 0, 0).unwrap_or_default();
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(time)
        .unix_permissions(0o644)
        .system(System::Unix)
}

/// SHA-256 of bytes in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of everything that a reader has, read in pieces.
pub fn sha256_of(reader: &mut impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match reader.read(&mut piece)? {
            0 => return Ok(hexadecimal(&digest.finalize())),
            length => digest.update(piece.get(..length).unwrap_or_default()),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A line as `sha256sum` writes it, and `sha256sum --check` reads.
pub fn sums_line(sum: &str, path: &str) -> String {
    format!("{sum}  {path}\n")
}

/// What stands against paths that are to be unpacked on any system: too long, not plain ASCII, reserved by Windows, or equal
/// to another but for case.
pub fn name_problems<'p>(edition: &Edition, paths: impl IntoIterator<Item = &'p str>) -> Vec<Text> {
    let (mut files, mut folders): (HashMap<String, &str>, HashMap<String, &str>) = Default::default();
    let mut found = Vec::new();
    for path in paths {
        found.extend(name_problem(&edition.name, path));
        found.extend(files.insert(path.to_lowercase(), path).map(|other| same_name(path, other)));
        for folder in path.match_indices('/').filter_map(|(end, _)| path.get(..end)) {
            let other = *folders.entry(folder.to_lowercase()).or_insert(folder);
            found.extend((other != folder).then(|| same_name(folder, other)));
        }
    }
    found
}

fn same_name(one: &str, other: &str) -> Text {
    text!(
        "„{one}“ und „{other}“ sind unter Windows und macOS derselbe Name",
        "\"{one}\" and \"{other}\" are the same name on Windows and macOS"
    )
}

fn name_problem(folder: &str, path: &str) -> Option<Text> {
    let length = folder.len() + 1 + path.len();
    if length > LONGEST_PATH {
        return Some(text!(
            "„{path}“ ist zu lang: mit dem Ordner {length} Zeichen, höchstens {LONGEST_PATH} sind erlaubt",
            "\"{path}\" is too long: {length} characters with its folder, at most {LONGEST_PATH} are allowed"
        ));
    }
    let is_plain = |part: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\\:*?\"<>|".contains(&byte);
        !part.is_empty() && !part.ends_with('.') && part.bytes().all(is_allowed)
    };
    if !path.split('/').all(is_plain) {
        return Some(text!(
            "„{path}“ lässt sich nicht überall entpacken: nur ASCII-Zeichen ohne Leerzeichen und ohne \\ : * ? \" < > | sind erlaubt",
            "\"{path}\" cannot be unpacked everywhere: only ASCII without spaces and without \\ : * ? \" < > | is allowed"
        ));
    }
    path.split('/').any(is_device).then(|| {
        text!(
            "„{path}“ enthält einen Namen, den Windows sich vorbehält",
            "\"{path}\" contains a name that Windows reserves for itself"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(name: &str) -> Edition {
        Edition { name: name.to_owned(), revision: None }
    }

    #[track_caller]
    fn check_names(paths: &[&str], expected: &[&str]) {
        let found = name_problems(&edition("handbuch-2026-11-22"), paths.iter().copied());
        let found: Vec<&str> = found.iter().map(|text| text.en.as_str()).collect();
        assert_eq!(found.len(), expected.len(), "{paths:?}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}: {expected}");
        }
    }

    #[test]
    fn names_unpack_everywhere() {
        check_names(&["index.html", "themen/index.html", "themen/netzwerke.html", "praxis/Bild_1.png"], &[]);
        check_names(&["praxis/con.html", "aux/a.html", "com1.txt", "lpt9"], &["reserves"; 4]);
        check_names(&["console.html", "com10.txt", "combi.html", "auxiliar/nullen.html"], &[]);
        check_names(&["a b.html", "grün.html", "a:b", "a\\b", "folder./x", "a//b"], &["cannot be unpacked"; 6]);
        check_names(&["A.html", "a.html"], &["are the same name"]);
        check_names(&["Themen/a.html", "themen/b.html"], &["are the same name"]);
        check_names(&["a.html", "b/c.html", "a.html"], &["are the same name"]);
        check_names(&[&"x".repeat(119 - 20)], &[]);
        check_names(&[&"x".repeat(120 - 20)], &["120 characters"]);
    }

    #[test]
    fn a_day_before_the_notation_begins_is_its_first() {
        let first = options(civil::date(1970, 1, 1));
        assert_eq!(format!("{first:?}"), format!("{:?}", options(civil::date(1980, 1, 1))));
    }
}
