//! Documents to an archive: builds an index of one segment in memory and gives its files stable names.

use std::collections::BTreeMap;
use std::path::Path;

use tantivy::directory::{Directory, RamDirectory};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{Index, IndexSettings, TantivyDocument};

use crate::analysis;
use crate::archive;
use crate::schema::{self, ANALYSIS, Fields, TextField};
use crate::{Document, Lexicon};

/// Name of the part of an archive that holds the [`Lexicon`].
pub const LEXICON: &str = "lexicon.json";

/// Name of the part of an archive that describes the index.
pub const META: &str = "meta.json";

/// Name of the one segment. The library makes up a random one, so that two builds would differ.
const SEGMENT: &str = "00000000-0000-0000-0000-000000000001";

/// Memory for the index while it is built; it grows beyond that only on disk, which this one does not have.
const MEMORY: usize = 1 << 30;

/// An index could not be built; the machine is to blame, not the documents.
#[derive(Debug)]
pub struct BuildError(String);

impl std::fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the search index could not be built: {}", self.0)
    }
}

impl std::error::Error for BuildError {}

impl<E: Into<tantivy::TantivyError>> From<E> for BuildError {
    fn from(error: E) -> Self {
        BuildError(error.into().to_string())
    }
}

/// Builds an index. Equal documents in equal order and an equal lexicon give equal bytes.
pub fn build(documents: &[Document], lexicon: &Lexicon) -> Result<Vec<u8>, BuildError> {
    let (schema, fields) = schema::schema();
    let directory = RamDirectory::create();
    let tokenizers = TokenizerManager::default();
    tokenizers.register(ANALYSIS, Analysis);
    let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    let mut writer = Index::builder()
        .schema(schema)
        .tokenizers(tokenizers)
        .settings(settings)
        .single_segment_index_writer::<TantivyDocument>(directory.clone(), MEMORY)?;
    for document in documents {
        writer.add_document(indexed(document, &fields))?;
    }
    let index = writer.finalize()?;
    let mut parts = files(&index, &directory)?;
    let lexicon = serde_json::to_vec(lexicon).map_err(|error| BuildError(error.to_string()))?;
    parts.insert(LEXICON.to_owned(), lexicon);
    Ok(archive::pack(&parts))
}

fn indexed(document: &Document, fields: &Fields) -> TantivyDocument {
    let mut indexed = TantivyDocument::default();
    indexed.add_text(fields.slug, &document.slug);
    indexed.add_text(fields.url, &document.url);
    for field in TextField::ALL {
        for text in texts(document, field) {
            indexed.add_text(fields.text(field), text);
        }
    }
    for (facet, values) in &document.facets {
        for value in values {
            indexed.add_text(fields.facets[*facet as usize], value);
        }
    }
    indexed
}

fn texts(document: &Document, field: TextField) -> Vec<&str> {
    match field {
        TextField::Title => vec![&document.title, &document.short_title],
        TextField::Places => document.places.iter().map(String::as_str).collect(),
        TextField::Organisations => document.organisations.iter().map(String::as_str).collect(),
        TextField::Summary => vec![&document.summary],
        TextField::Keywords => document.keywords.iter().map(String::as_str).collect(),
        TextField::Checklist => document.checklist.iter().map(String::as_str).collect(),
        TextField::Body => vec![&document.body],
    }
}

/// The files of an index under names that are always the same.
fn files(index: &Index, directory: &RamDirectory) -> Result<BTreeMap<String, Vec<u8>>, BuildError> {
    let mut parts = BTreeMap::new();
    let read = |path: &Path| directory.atomic_read(path);
    let mut meta = String::from_utf8_lossy(&read(Path::new(META))?).into_owned();
    for segment in index.searchable_segment_metas()? {
        let random = segment.id().uuid_string();
        let hyphenated = hyphenated(&random);
        meta = meta.replace(&hyphenated, SEGMENT).replace(&random, &SEGMENT.replace('-', ""));
        for file in index.load_metas()?.list_segment_files() {
            let name = file.to_string_lossy().replace(&random, &SEGMENT.replace('-', ""));
            if directory.exists(&file).unwrap_or_default() {
                parts.insert(name, read(&file)?);
            }
        }
    }
    parts.insert(META.to_owned(), meta.into_bytes());
    Ok(parts)
}

/// `8-4-4-4-12`, as the description of the index writes it.
fn hyphenated(id: &str) -> String {
    let ends = [8, 12, 16, 20];
    id.char_indices().fold(String::new(), |mut text, (index, digit)| {
        if ends.contains(&index) {
            text.push('-');
        }
        text.push(digit);
        text
    })
}

/// The analysis of this crate in the form the index wants.
#[derive(Clone)]
struct Analysis;

struct Stream {
    tokens: std::vec::IntoIter<analysis::Token>,
    token: Token,
}

impl Tokenizer for Analysis {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { tokens: analysis::tokens(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(token) = self.tokens.next() else { return false };
        self.token.text = token.term();
        self.token.position = token.position;
        self.token.offset_from = token.span.start;
        self.token.offset_to = token.span.end;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
