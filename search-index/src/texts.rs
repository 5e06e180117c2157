//! Texts that are only shown: checklist and prose of every case, from which extracts are cut. They are as large as the
//! index itself, so they travel in a file of their own, and readers can search before it has arrived.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::archive::{self, OpenError};

/// Part with four bytes, the checksum of the index that the texts belong to.
const INDEX: &str = "index";

/// Part with the place in [`TEXTS`] where each document ends, four bytes each.
const ENDS: &str = "ends";

/// Part with the texts of all documents one after the other.
const TEXTS: &str = "texts";

/// Stands after every text. A control character; a text that has one counts as two.
const END_OF_TEXT: char = '\u{1e}';

/// The same as bytes.
#[cfg(feature = "write")]
const END: &[u8] = b"\x1e";

/// Packs the texts of documents, in the order of the index with this checksum.
#[cfg(feature = "write")]
pub fn pack<'a>(documents: impl IntoIterator<Item = Vec<&'a str>>, index: u32) -> Vec<u8> {
    let (mut ends, mut texts, mut length) = (Vec::new(), Vec::new(), 0);
    for document in documents {
        for text in document {
            length += text.len() + END_OF_TEXT.len_utf8();
            texts.extend([text.as_bytes(), END]);
        }
        ends.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    archive::pack(&[(ENDS, vec![&ends]), (INDEX, vec![&index.to_le_bytes()]), (TEXTS, texts)])
}

/// The texts of all documents.
#[derive(Debug, Default)]
pub struct Texts {
    texts: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Opens an archive of texts that belong to an index with this checksum and number of documents.
    pub fn open(bytes: &[u8], index: u32, documents: usize) -> Result<Texts, OpenError> {
        let parts = archive::unpack(bytes)?;
        let unusable = || OpenError::Unusable("the texts do not belong to this index".to_owned());
        let part = |name: &str| part(bytes, &parts, name).ok_or_else(unusable);
        if part(INDEX)? != index.to_le_bytes() {
            return Err(unusable());
        }
        let texts = str::from_utf8(part(TEXTS)?).map_err(|_| unusable())?.to_owned();
        let number = |bytes: &[u8]| bytes.try_into().map_or(usize::MAX, |bytes| u32::from_le_bytes(bytes) as usize);
        let ends: Vec<usize> = part(ENDS)?.chunks(4).map(number).collect();
        let is_place = |end: &usize| texts.is_char_boundary(*end);
        if ends.len() != documents || !ends.is_sorted() || !ends.iter().all(is_place) {
            return Err(unusable());
        }
        Ok(Texts { texts, ends })
    }

    /// The texts of a document, checklist first; none as long as there are no texts.
    pub fn of(&self, document: u32) -> impl Iterator<Item = &str> {
        let document = document as usize;
        let start = document.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let texts = self.ends.get(document).and_then(|end| self.texts.get(start..*end)).unwrap_or_default();
        texts.split_terminator(END_OF_TEXT)
    }
}

fn part<'a>(bytes: &'a [u8], parts: &BTreeMap<String, Range<usize>>, name: &str) -> Option<&'a [u8]> {
    bytes.get(parts.get(name)?.clone())
}
