//! Any text and any filters, asked of the real cases: no panic, and every answer holds together.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use search_index::{Document, Facet, Query, Searcher};

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(praxis_fuzz::documents);
static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| Searcher::open(praxis_fuzz::archive()).unwrap());

#[derive(Arbitrary, Debug)]
struct Asked<'a> {
    text: &'a str,
    filters: Vec<(u8, &'a str)>,
    offset: u8,
    limit: u8,
    explain: bool,
}

fuzz_target!(|asked: Asked<'_>| {
    let mut filters: BTreeMap<Facet, BTreeSet<String>> = BTreeMap::new();
    for (facet, value) in &asked.filters {
        filters.entry(Facet::ALL[usize::from(*facet) % Facet::ALL.len()]).or_default().insert((*value).to_owned());
    }
    let query = Query {
        text: asked.text.to_owned(),
        filters,
        offset: asked.offset.into(),
        limit: asked.limit.into(),
        explain: asked.explain,
        ..Query::default()
    };
    let results = SEARCHER.search(&query);
    assert!(results.total <= DOCUMENTS.len());
    assert_eq!(results.hits.len(), results.total.saturating_sub(query.offset).min(query.limit));
    for hit in &results.hits {
        let document = DOCUMENTS.iter().find(|document| document.slug == hit.slug).unwrap();
        assert_eq!(hit.plain_title(), document.title);
        // A segment is a piece of a text, so its ends lie between characters; in the extract only „…“ is added.
        let texts = document.checklist.iter().chain([&document.summary, &document.body]);
        let shown: String = hit.extract.iter().map(|segment| segment.text.as_str()).collect();
        let shown = shown.strip_prefix("… ").unwrap_or(&shown);
        let shown = shown.strip_suffix(" …").unwrap_or(shown);
        assert!(texts.into_iter().any(|text| text.contains(shown)), "{shown}");
        assert!(hit.score.is_finite() && hit.score >= 0.0);
        assert!(hit.extract.iter().chain(&hit.title).all(|segment| !segment.text.is_empty()));
    }
});
