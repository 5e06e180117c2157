//! A real index with changed bytes and a checksum that fits them, as from a program with a fault: reaches what lies behind
//! the checksum. It is known that the library there may panic (see the README); whatever it does, this shows what.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use search_index::Searcher;

/// The checksum stands before, what it is taken over from here on.
const BODY: usize = 16;

static ARCHIVE: LazyLock<Vec<u8>> = LazyLock::new(praxis_fuzz::small_archive);

#[derive(Arbitrary, Debug)]
enum Damage {
    /// Other bytes in one place.
    Replace { at: u32, with: Vec<u8> },
    /// A stretch that is missing.
    Remove { at: u32, length: u16 },
    /// Bytes too many.
    Insert { at: u32, what: Vec<u8> },
}

fuzz_target!(|damages: Vec<Damage>| {
    let mut bytes = ARCHIVE.clone();
    for damage in &damages {
        let (start, end, new) = match damage {
            Damage::Replace { at, with } => (*at, with.len(), with.as_slice()),
            Damage::Remove { at, length } => (*at, usize::from(*length), [].as_slice()),
            Damage::Insert { at, what } => (*at, 0, what.as_slice()),
        };
        let start = BODY + start as usize % (bytes.len() - BODY + 1);
        let end = (start + end).min(bytes.len());
        bytes.splice(start..end, new.iter().copied());
    }
    let checksum = crc32fast::hash(&bytes[BODY..]);
    bytes[BODY - 4..BODY].copy_from_slice(&checksum.to_le_bytes());
    if let Ok(searcher) = Searcher::open(bytes) {
        praxis_fuzz::ask(&searcher);
    }
});
