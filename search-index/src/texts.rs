//! Texts that are only shown: checklist and prose of every case, from which extracts are cut. They are as large as the
//! index itself, so they travel in a file of their own, and readers can search before it has arrived.

use crate::archive::{self, OpenError};
use crate::directory::Archived;
use crate::layers::Home;

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

/// The texts of all documents, layer by layer.
#[derive(Debug, Default)]
pub struct Texts(Vec<LayerTexts>);

#[derive(Debug)]
struct LayerTexts {
    texts: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Opens the texts of layers with these checksums and numbers of documents.
    pub fn open(bytes: Vec<u8>, layers: &[(u32, usize)]) -> Result<Texts, OpenError> {
        let unusable = || OpenError::Unusable("the texts do not belong to this index".to_owned());
        let archives = Archived::all(bytes)?;
        if archives.len() != layers.len() {
            return Err(unusable());
        }
        let opened = archives.iter().zip(layers).map(|(archived, (checksum, documents))| {
            if *archived.needed(INDEX)? != checksum.to_le_bytes() {
                return Err(unusable());
            }
            let texts = str::from_utf8(&archived.needed(TEXTS)?).map_err(|_| unusable())?.to_owned();
            let ends = archive::numbers(&archived.needed(ENDS)?);
            let is_place = |end: &u32| texts.is_char_boundary(*end as usize);
            let is_usable = ends.len() == *documents && ends.is_sorted() && ends.iter().all(is_place);
            if is_usable { Ok(LayerTexts { texts, ends }) } else { Err(unusable()) }
        });
        opened.collect::<Result<_, _>>().map(Texts)
    }

    /// The texts of a case, checklist first; none as long as there are no texts.
    pub fn of(&self, home: Home) -> impl Iterator<Item = &str> {
        let texts = self.0.get(home.layer).map_or("", |layer| layer.of(home.document as usize));
        texts.split_terminator(END_OF_TEXT)
    }
}

impl LayerTexts {
    fn of(&self, document: usize) -> &str {
        let end = |document: usize| self.ends.get(document).map(|end| *end as usize);
        let start = document.checked_sub(1).and_then(end).unwrap_or_default();
        end(document).and_then(|end| self.texts.get(start..end)).unwrap_or_default()
    }
}
