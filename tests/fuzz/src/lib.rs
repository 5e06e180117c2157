//! What the fuzz targets share: an index of some real cases, and what holds for any input.

#[path = "../../it/invariants.rs"]
pub mod invariants;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use search_index::{Document, Facet, Lexicon, Query, Searcher};

/// Few enough that a fuzzer asks hundreds of times a second.
const CASES: usize = 4;

/// Some cases of the handbook, roughly: pieces of their files as they are.
pub fn documents() -> Vec<Document> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(content().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.iter().take(CASES).enumerate().map(|(number, folder)| document(number, folder)).collect()
}

fn document(number: usize, folder: &std::path::Path) -> Document {
    let slug = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let data = fs::read_to_string(folder.join("case.yaml")).unwrap();
    let value = |key: &str| {
        let line = data.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.trim().trim_matches('"').to_owned()
    };
    Document {
        url: format!("praxis/{slug}.html"),
        title: value("title:"),
        short_title: value("short_title:"),
        places: vec![slug.replace('-', " ")],
        summary: data.chars().take(400).collect(),
        checklist: data.lines().filter_map(|line| line.trim().strip_prefix("text: ")).map(str::to_owned).collect(),
        body: fs::read_to_string(folder.join("case.md")).unwrap(),
        facets: BTreeMap::from([
            (Facet::Topic, vec![format!("topic-{}", number % 3)]),
            (Facet::State, vec![format!("state-{}", number % 2), "everywhere".to_owned()]),
        ]),
        slug,
        ..Document::default()
    }
}

/// The synonyms of the handbook that are written on one line.
pub fn lexicon() -> Lexicon {
    let text = fs::read_to_string(content().join("vocabulary/synonyms.yaml")).unwrap();
    let list = |line: &str| line.trim_end_matches(']').split(", ").map(str::to_owned).collect::<Vec<String>>();
    Lexicon {
        synonyms: text.lines().filter_map(|line| line.trim().strip_prefix("- words: [").map(list)).collect(),
        exceptions: text.lines().find_map(|line| line.strip_prefix("exceptions: [").map(list)).unwrap_or_default(),
    }
}

/// The index of them.
pub fn archive() -> Vec<u8> {
    search_index::build(documents(), &lexicon()).unwrap().index
}

/// The index of their titles and of the beginning of their prose.
pub fn small_archive() -> Vec<u8> {
    let cut = |document: Document| Document {
        summary: String::new(),
        checklist: Vec::new(),
        body: document.body.chars().take(300).collect(),
        ..document
    };
    let documents: Vec<Document> = documents().into_iter().map(cut).collect();
    search_index::build(documents, &lexicon()).unwrap().index
}

/// Asks once for everything and once for words, so that postings, positions, stored texts and facets are read.
pub fn ask(searcher: &Searcher) {
    for text in ["", "Beratung \"Agentur für Arbeit\" zkT Job-Turbo Jobc"] {
        searcher.search(&Query { text: text.to_owned(), limit: 20, explain: true, ..Query::default() });
    }
}

fn content() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content")
}
