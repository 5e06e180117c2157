//! An index is one layer or several. A layer takes the place of some cases of those below it, and brings further ones. A
//! finished site has one; a preview lays the cases that were edited over the index of all, which would take long to build
//! anew. What concerns all cases stands in the last layer.

use std::sync::Arc;

use tantivy::index::SegmentReader;
use tantivy::store::StoreReader;
use tantivy::{DocId, Index, TantivyDocument};

use crate::Lexicon;
use crate::archive::{self, LEXICON, NUMBERS, OpenError, TITLE_ORDER, WORDS};
use crate::directory::Archived;
use crate::schema::Fields;
use crate::texts::Texts;
use crate::words::{self, Words};

/// Cached blocks of stored texts.
const CACHE: usize = 8;

/// In place of a number: the case is not what this layer says any more, or gone.
pub const REPLACED: DocId = DocId::MAX;

/// An open index.
pub struct Layers {
    /// From below.
    pub layers: Vec<Layer>,
    /// Where each case stands.
    homes: Vec<Home>,
    /// Place of each case among all titles.
    pub title_order: Vec<u32>,
    pub fields: Fields,
}

/// An index of one segment.
pub struct Layer {
    pub segment: SegmentReader,
    store: StoreReader,
    archived: Archived,
    /// For each document the number of the case, or [`REPLACED`].
    pub numbers: Arc<[DocId]>,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug)]
pub struct Home {
    /// Number of the layer, from below.
    pub layer: usize,
    /// Number of the document in it.
    pub document: DocId,
}

impl Layers {
    /// Opens the archives of a file, and what editors know about words.
    pub fn open(bytes: Vec<u8>) -> Result<(Layers, Lexicon), OpenError> {
        let mut opened = Vec::new();
        for archived in Archived::all(bytes)? {
            let index = Index::open(archived.clone()).map_err(OpenError::unusable)?;
            let segments = index.searchable_segments().map_err(OpenError::unusable)?;
            let segment = segments.first().ok_or_else(|| OpenError::unusable("no segment"))?;
            let segment = SegmentReader::open(segment).map_err(OpenError::unusable)?;
            opened.push((archived, segment, Fields::of(&index.schema()).map_err(OpenError::unusable)?));
        }
        let (last, _, fields) = opened.last().ok_or(OpenError::Truncated)?;
        let (last, fields) = (last.clone(), fields.clone());
        let lexicon = serde_json::from_slice(&last.needed(LEXICON)?).map_err(OpenError::unusable)?;
        let documents = opened.iter().map(|(_, segment, _)| segment.max_doc()).sum();
        let numbers = match last.part(NUMBERS) {
            Some(numbers) => archive::numbers(&numbers),
            None => (0..documents).collect(),
        };
        let (mut layers, mut rest) = (Vec::new(), numbers.as_slice());
        for (archived, segment, _) in opened {
            let own;
            (own, rest) = rest.split_at_checked(segment.max_doc() as usize).unwrap_or_default();
            let store = segment.get_store_reader(CACHE).map_err(OpenError::unusable)?;
            layers.push(Layer { segment, store, archived, numbers: own.into() });
        }
        let homes = homes(&layers).filter(|_| rest.is_empty()).ok_or_else(|| OpenError::unusable("other cases"))?;
        let title_order = archive::numbers(&last.needed(TITLE_ORDER)?);
        if title_order.len() != homes.len() {
            return Err(OpenError::unusable("other titles"));
        }
        Ok((Layers { layers, homes, title_order, fields }, lexicon))
    }

    /// The words of all layers. Words of texts that were replaced are among them until the index is built anew.
    pub fn words(&self, exceptions: &[String]) -> Result<Words, OpenError> {
        let mut entries = Vec::new();
        for layer in &self.layers {
            let own = words::unpack(&layer.archived.needed(WORDS)?)
                .ok_or_else(|| OpenError::unusable("the words of another index"))?;
            entries = words::joined(entries, own);
        }
        Ok(Words::of(entries, exceptions))
    }

    /// Opens the texts that belong to the layers.
    pub fn texts(&self, bytes: Vec<u8>) -> Result<Texts, OpenError> {
        let layers = self.layers.iter().map(|layer| (layer.archived.checksum, layer.numbers.len()));
        Texts::open(bytes, &layers.collect::<Vec<_>>())
    }

    /// A number of every case.
    pub fn column(&self, field: &str) -> Result<Vec<u64>, OpenError> {
        let mut found = vec![0; self.len()];
        for layer in &self.layers {
            let column = layer.segment.fast_fields().u64(field).map_err(OpenError::unusable)?;
            for (document, number) in (0..).zip(&*layer.numbers) {
                if let Some(found) = found.get_mut(*number as usize) {
                    *found = column.first(document).unwrap_or_default();
                }
            }
        }
        Ok(found)
    }

    /// Number of cases.
    pub fn len(&self) -> usize {
        self.homes.len()
    }

    /// Where a case stands.
    pub fn home(&self, case: DocId) -> Option<Home> {
        self.homes.get(case as usize).copied()
    }

    /// What is stored of a case.
    pub fn stored(&self, home: Home) -> Option<TantivyDocument> {
        self.layers.get(home.layer)?.store.get(home.document).ok()
    }
}

/// Where each case stands, if every number has one place.
fn homes(layers: &[Layer]) -> Option<Vec<Home>> {
    let count = layers.iter().flat_map(|layer| &*layer.numbers).filter(|number| **number != REPLACED).count();
    let mut homes = vec![None; count];
    for (layer, Layer { segment, numbers, .. }) in layers.iter().enumerate() {
        if numbers.len() != segment.max_doc() as usize {
            return None;
        }
        for (document, number) in (0..).zip(&**numbers).filter(|(_, number)| **number != REPLACED) {
            *homes.get_mut(*number as usize)? = Some(Home { layer, document });
        }
    }
    homes.into_iter().collect()
}
