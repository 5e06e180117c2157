//! One file that holds an index: magic, format version, checksum, then named parts. Reading never panics, whatever the
//! bytes are. Several such files one after the other are one as well: the layers of an index, see [`crate::layers`].
//!
//! ```text
//! 0   8  "praxsrch"
//! 8   4  format version, little-endian like all numbers
//! 12  4  CRC-32 of everything after byte 16
//! 16  4  number of parts
//! then for each part: 1 byte length of its name, name, 4 bytes length of its content
//! then the contents in the same order
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

const MAGIC: &[u8; 8] = b"praxsrch";

/// Goes up whenever older engines could not read what is written now: fields, analysis, or this layout.
pub const VERSION: u32 = 3;

const HEADER: usize = 16;

/// Name of the part that holds the [`crate::Lexicon`].
pub const LEXICON: &str = "lexicon.json";

/// Name of the part that holds all words, see [`crate::words`].
pub const WORDS: &str = "words";

/// Name of the part that holds the place of each case among all titles from A to Z, four bytes each.
pub const TITLE_ORDER: &str = "title_order";

/// Name of the part that holds the number of the case for each document of all layers, four bytes each. An index of one layer
/// has none: its documents are the cases.
pub const NUMBERS: &str = "numbers";

/// Why an index cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The file is something else.
    Foreign,
    /// The file comes from another version of the program.
    Version {
        /// Version of the file.
        found: u32,
    },
    /// The file is shorter than it says.
    Truncated,
    /// The bytes are not those that were written.
    Corrupt,
    /// The bytes are intact, but are no index of this schema.
    Unusable(String),
}

impl OpenError {
    /// An index that is none, and why.
    pub fn unusable(reason: impl ToString) -> OpenError {
        OpenError::Unusable(reason.to_string())
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Foreign => formatter.write_str("this file is not a search index"),
            OpenError::Version { found } if *found > VERSION => {
                write!(formatter, "this search index has version {found}, newer than {VERSION}, which is known here")
            }
            OpenError::Version { found } => {
                write!(formatter, "this search index has version {found}, older than {VERSION}; build the site again")
            }
            OpenError::Truncated => formatter.write_str("this search index is incomplete"),
            OpenError::Corrupt => formatter.write_str("this search index is damaged"),
            OpenError::Unusable(reason) => write!(formatter, "this search index cannot be used: {reason}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Packs named parts, sorted by name, into one file. Equal parts give equal bytes.
#[cfg(any(feature = "write", test))]
pub fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let table: usize = parts.iter().map(|(name, _)| 1 + name.len() + size_of::<u32>()).sum();
    let contents: usize = parts.iter().map(|(_, content)| content.len()).sum();
    let mut archive = Vec::with_capacity(HEADER + size_of::<u32>() + table + contents);
    archive.extend_from_slice(MAGIC);
    archive.extend_from_slice(&VERSION.to_le_bytes());
    // The checksum, once the rest is known.
    archive.extend_from_slice(&[0; size_of::<u32>()]);
    archive.extend_from_slice(&number(parts.len()));
    for (name, content) in parts {
        // Names come from this crate and are short.
        archive.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(&number(content.len()));
    }
    parts.iter().for_each(|(_, content)| archive.extend_from_slice(content));
    let checksum = crc32fast::hash(&archive[HEADER..]);
    archive[HEADER - size_of::<u32>()..HEADER].copy_from_slice(&checksum.to_le_bytes());
    archive
}

/// Checksum of a packed archive.
#[cfg(feature = "write")]
pub fn checksum(archive: &[u8]) -> u32 {
    let bytes = archive.get(HEADER - size_of::<u32>()..HEADER).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

#[cfg(any(feature = "write", test))]
fn number(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// Names and places of the parts of an archive.
pub type Parts = BTreeMap<String, Range<usize>>;

/// Finds the parts of every archive in a file that holds one, or several one after the other: names and places in the bytes,
/// and the checksum.
pub fn unpack(file: &[u8]) -> Result<Vec<(Parts, u32)>, OpenError> {
    let mut archives = Vec::new();
    let mut at = 0;
    while at < file.len() || archives.is_empty() {
        let (parts, checksum, end) = unpack_at(file, at).map_err(|error| match error {
            // Whatever follows an index is no other file.
            OpenError::Foreign if at > 0 => OpenError::Corrupt,
            error => error,
        })?;
        archives.push((parts, checksum));
        at = end;
    }
    Ok(archives)
}

fn unpack_at(file: &[u8], start: usize) -> Result<(Parts, u32, usize), OpenError> {
    let archive = file.get(start..).unwrap_or_default();
    if archive.get(..MAGIC.len()).is_none_or(|start| start != MAGIC) {
        return Err(if MAGIC.starts_with(archive) { OpenError::Truncated } else { OpenError::Foreign });
    }
    let mut reader = Reader { archive: file, at: start + MAGIC.len() };
    let found = reader.number()?;
    if found != VERSION {
        return Err(OpenError::Version { found });
    }
    let checksum = reader.number()?;
    let table = reader.table()?;
    if reader.at > file.len() {
        return Err(OpenError::Truncated);
    }
    let body = file.get(start + HEADER..reader.at).ok_or(OpenError::Corrupt)?;
    if crc32fast::hash(body) != checksum {
        return Err(OpenError::Corrupt);
    }
    Ok((table, checksum, reader.at))
}

/// A part that consists of numbers.
pub fn numbers(part: &[u8]) -> Vec<u32> {
    part.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
}

struct Reader<'a> {
    archive: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn bytes(&mut self, length: usize) -> Result<&[u8], OpenError> {
        let end = self.at.checked_add(length).ok_or(OpenError::Corrupt)?;
        let bytes = self.archive.get(self.at..end).ok_or(OpenError::Truncated)?;
        self.at = end;
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u32, OpenError> {
        let bytes = self.bytes(4)?;
        bytes.try_into().map(u32::from_le_bytes).map_err(|_| OpenError::Truncated)
    }

    /// The table of contents; afterwards the reader stands at the end of the last part, which may lie behind the file.
    fn table(&mut self) -> Result<Parts, OpenError> {
        let count = self.number()?;
        let mut parts = Vec::new();
        for _ in 0..count {
            let length = self.bytes(1)?.first().copied().unwrap_or_default();
            let name = String::from_utf8(self.bytes(usize::from(length))?.to_vec()).map_err(|_| OpenError::Corrupt)?;
            parts.push((name, self.number()? as usize));
        }
        let mut table = BTreeMap::new();
        for (name, length) in parts {
            let end = self.at.checked_add(length).ok_or(OpenError::Corrupt)?;
            table.insert(name, self.at..end);
            self.at = end;
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        pack(&[("one", &[1, 2, 3]), ("two", &[])])
    }

    #[test]
    fn gives_back_what_was_packed() {
        let archive = sample();
        let twice = [sample(), pack(&[("three", &[4])])].concat();
        for (file, count) in [(&archive, 1), (&twice, 2)] {
            let found = unpack(file).unwrap();
            assert_eq!(found.len(), count);
            assert_eq!(file[found[0].0["one"].clone()], [1, 2, 3]);
            assert!(found[0].0["two"].is_empty());
        }
        assert_eq!(twice[unpack(&twice).unwrap()[1].0["three"].clone()], [4]);
        assert_eq!(archive, sample());
    }

    #[test]
    fn refuses_what_is_not_intact() {
        let archive = sample();
        for length in 0..archive.len() {
            assert!(unpack(&archive[..length]).is_err(), "cut to {length}");
        }
        for at in 0..archive.len() {
            for bit in 0..8 {
                let mut damaged = archive.clone();
                damaged[at] ^= 1 << bit;
                assert!(unpack(&damaged).is_err(), "byte {at}, bit {bit}");
            }
        }
        for rest in [&[0][..], &archive[..5], &archive[..archive.len() - 1]] {
            assert!(unpack(&[&archive, rest].concat()).is_err(), "followed by {rest:?}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let archive = sample();
        assert_eq!(unpack(b"<!doctype html>"), Err(OpenError::Foreign));
        assert_eq!(unpack(b""), Err(OpenError::Truncated));
        assert_eq!(unpack(&archive[..archive.len() - 1]), Err(OpenError::Truncated));
        let mut newer = archive.clone();
        newer[8] = 9;
        assert_eq!(unpack(&newer), Err(OpenError::Version { found: 9 }));
        let mut damaged = archive;
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        assert_eq!(unpack(&damaged), Err(OpenError::Corrupt));
    }
}
