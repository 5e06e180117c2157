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

/// Texts of documents, one after the other, as they are written.
#[cfg(feature = "write")]
#[derive(Default)]
pub struct Collected {
    texts: String,
    ends: Vec<u32>,
}

#[cfg(feature = "write")]
impl Collected {
    /// Adds the texts of the next document.
    pub fn add<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            self.texts.push_str(text);
            self.texts.push(END_OF_TEXT);
        }
        self.ends.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
    }

    /// Packs them, for the index with this checksum, whose documents have the same order.
    pub fn pack(self, index: u32) -> Vec<u8> {
        let ends: Vec<u8> = self.ends.into_iter().flat_map(u32::to_le_bytes).collect();
        archive::pack(&[(ENDS, &ends), (INDEX, &index.to_le_bytes()), (TEXTS, self.texts.as_bytes())])
    }
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
