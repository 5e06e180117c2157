//! Documents to an archive: builds an index of one segment in memory and gives its files stable names.

use std::collections::BTreeMap;
use std::path::Path;

use tantivy::directory::{Directory, OwnedBytes, RamDirectory};
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{Index, IndexSettings, SegmentReader, TantivyDocument};

use crate::analysis::{self, TokenKind};
use crate::archive::{self, LEXICON, NUMBERS, TITLE_ORDER, WORDS};
use crate::layers::REPLACED;
use crate::schema::{self, FieldSet, Fields, TextField};
use crate::texts::Collected;
use crate::words;
use crate::{Document, Facet, Lexicon};

/// Name of the part of an archive that describes the index.
const META: &str = "meta.json";

/// Name under which the index knows the one analysis of this crate.
const ANALYSIS: &str = "german";

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

/// An index as two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archives {
    /// What [`crate::Searcher::open`] needs.
    pub index: Vec<u8>,
    /// What [`crate::Searcher::add_texts`] adds: texts from which extracts are cut.
    pub texts: Vec<u8>,
}

/// Where the documents of a layer, and of those below it, stand among all cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing<'a> {
    /// For each document of the layers below, from below, and then for each of this layer, the number of its case; none for
    /// what is replaced or gone.
    pub numbers: Vec<Option<u32>>,
    /// Titles of all cases.
    pub titles: Vec<&'a str>,
}

/// Builds an index. Equal documents in equal order and an equal lexicon give equal bytes. Each document goes as soon as it is
/// in the index, so that ten thousand of them need not be there at once.
pub fn build(documents: impl IntoIterator<Item = Document>, lexicon: &Lexicon) -> Result<Archives, BuildError> {
    let mut titles = Vec::new();
    let documents = documents.into_iter().inspect(|document| titles.push(analysis::fold(&document.title)));
    let written = Written::of(documents)?;
    written.pack(lexicon, [(TITLE_ORDER, order(titles))])
}

/// Builds a layer: documents that take the place of others in an index, or are new to it. Put behind the archives of the layers
/// below, each of the two archives makes the whole index.
pub fn build_layer(
    documents: impl IntoIterator<Item = Document>,
    lexicon: &Lexicon,
    standing: &Standing<'_>,
) -> Result<Archives, BuildError> {
    let numbers = standing.numbers.iter().map(|number| number.unwrap_or(REPLACED)).collect();
    let titles = standing.titles.iter().map(|title| analysis::fold(title)).collect();
    Written::of(documents)?.pack(lexicon, [(TITLE_ORDER, order(titles)), (NUMBERS, numbers)])
}

/// Documents as they are packed.
struct Written {
    /// Parts of the index.
    parts: BTreeMap<String, OwnedBytes>,
    texts: Collected,
}

impl Written {
    fn of(documents: impl IntoIterator<Item = Document>) -> Result<Written, BuildError> {
        let (schema, fields) = schema();
        let directory = RamDirectory::create();
        let tokenizers = TokenizerManager::default();
        tokenizers.register(ANALYSIS, Analysis);
        let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
        let mut writer = Index::builder()
            .schema(schema)
            .tokenizers(tokenizers)
            .settings(settings)
            .single_segment_index_writer::<TantivyDocument>(directory.clone(), MEMORY)?;
        let mut texts = Collected::default();
        for document in documents {
            writer.add_document(indexed(&document, &fields))?;
            // No extract goes over the end of a paragraph.
            let paragraphs = document.body.split('\n').filter(|paragraph| !paragraph.trim().is_empty());
            texts.add(document.checklist.iter().map(String::as_str).chain(paragraphs));
        }
        let index = writer.finalize()?;
        let mut parts = files(&index, &directory)?;
        parts.insert(WORDS.to_owned(), OwnedBytes::new(words(&index)?));
        Ok(Written { parts, texts })
    }

    /// Packs them with what else is known of all cases, by part.
    fn pack(
        mut self,
        lexicon: &Lexicon,
        known: impl IntoIterator<Item = (&'static str, Vec<u32>)>,
    ) -> Result<Archives, BuildError> {
        let lexicon = serde_json::to_vec(lexicon).map_err(|error| BuildError(error.to_string()))?;
        self.parts.insert(LEXICON.to_owned(), OwnedBytes::new(lexicon));
        for (name, numbers) in known {
            let bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
            self.parts.insert(name.to_owned(), OwnedBytes::new(bytes));
        }
        let listed: Vec<(&str, &[u8])> =
            self.parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        let index = archive::pack(&listed);
        drop(self.parts);
        let texts = self.texts.pack(archive::checksum(&index));
        Ok(Archives { index, texts })
    }
}

/// The fields of the index.
struct WrittenFields {
    slug: Field,
    url: Field,
    /// In the order of [`TextField::ALL`].
    texts: [Field; TextField::ALL.len()],
    /// In the order of [`Facet::ALL`].
    facets: [Field; Facet::ALL.len()],
    updated: Field,
}

/// The schema of every index.
fn schema() -> (Schema, WrittenFields) {
    let mut builder = SchemaBuilder::new();
    let stored = || TextOptions::default() | STORED;
    let slug = builder.add_text_field("slug", stored());
    let url = builder.add_text_field("url", stored());
    let texts = TextField::ALL.map(|field| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(ANALYSIS)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let options = TextOptions::default().set_indexing_options(indexing);
        builder.add_text_field(
            field.name(),
            match field {
                TextField::Title | TextField::Places | TextField::Organisations | TextField::Summary => {
                    options | STORED
                }
                // The values of facets are found but never shown as an extract; of the others see `texts`.
                TextField::Keywords | TextField::Checklist | TextField::Body => options,
            },
        )
    });
    let facets = Facet::ALL.map(|facet| builder.add_text_field(facet.key(), TextOptions::default().set_fast("raw")));
    let updated = builder.add_u64_field(schema::UPDATED, FAST);
    (builder.build(), WrittenFields { slug, url, texts, facets, updated })
}

/// Place of each folded title in the list of all from A to Z.
fn order(titles: Vec<String>) -> Vec<u32> {
    let mut sorted: Vec<(String, usize)> = titles.into_iter().zip(0..).collect();
    sorted.sort_unstable();
    let mut order = vec![0; sorted.len()];
    for (place, (_, number)) in (0..).zip(sorted) {
        order[number] = place;
    }
    order
}

/// `2025-12-31` as 20251231.
fn day_number(day: &str) -> u64 {
    day.bytes().filter(u8::is_ascii_digit).fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

fn indexed(document: &Document, fields: &WrittenFields) -> TantivyDocument {
    let mut indexed = TantivyDocument::default();
    indexed.add_text(fields.slug, &document.slug);
    indexed.add_text(fields.url, &document.url);
    for field in TextField::ALL {
        for text in texts(document, field) {
            indexed.add_text(fields.texts[field as usize], text);
        }
    }
    indexed.add_u64(fields.updated, day_number(&document.updated));
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

/// All words of a finished index.
fn words(index: &Index) -> Result<Vec<u8>, BuildError> {
    let fields = Fields::of(&index.schema())?;
    let mut terms = Vec::new();
    for segment in index.searchable_segments()? {
        let segment = SegmentReader::open(&segment)?;
        for field in TextField::ALL {
            let postings = segment.inverted_index(fields.text(field))?;
            let mut stream = postings.terms().stream()?;
            while stream.advance() {
                terms.push((String::from_utf8_lossy(stream.key()).into_owned(), FieldSet::of(field)));
            }
        }
    }
    Ok(words::pack(&words::collect(terms)))
}

/// The files of an index under names that are always the same. They are not copied.
fn files(index: &Index, directory: &RamDirectory) -> Result<BTreeMap<String, OwnedBytes>, BuildError> {
    let mut parts = BTreeMap::new();
    let read = |path: &Path| Ok::<_, BuildError>(directory.open_read(path)?.read_bytes()?);
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
    parts.insert(META.to_owned(), OwnedBytes::new(meta.into_bytes()));
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

fn kept(text: &str) -> Vec<analysis::Token> {
    let mut tokens = analysis::tokens(text);
    tokens.retain(|token| !analysis::is_left_out(token));
    tokens
}

impl Tokenizer for Analysis {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { tokens: kept(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(token) = self.tokens.next() else { return false };
        self.token.text = match token.kind {
            TokenKind::Part => token.term().into_owned(),
            TokenKind::Word | TokenKind::Joined => token.word,
        };
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
