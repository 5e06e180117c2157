//! The search index of the site: every case as the search sees it, and what editors know about words.

use std::io::Write;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil;
use rayon::prelude::*;
use search_index::{Archives, BuildError, Document, Facet, Lexicon};

use super::{Recipe, Renderer};
use crate::diagnostic::{Code, Diagnostic};
use crate::markdown::outline;
use crate::model::{Case, Checklist, Remark};
use crate::site;

/// The engine for browsers: `search-index` compiled to WebAssembly and packed, see `search-index/wasm/build`.
const ENGINE: &[u8] = include_bytes!("../../search-index/engine/engine.wasm.gz");

/// Facets whose values are found as words. Who asks for „beendet“ or „ländlich“ filters.
const FOUND: [Facet; 7] =
    [Facet::Topic, Facet::Form, Facet::TargetGroup, Facet::Format, Facet::Partner, Facet::Phase, Facet::LegalScope];

/// Index, texts and engine, each as a packed file to be fetched, and as a script for pages opened from a disk.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let index = move || {
        let Archives { index, texts } = renderer.search_index().map_err(|error| failed(&error))?;
        // Each is as large as all texts together, and goes as soon as it is packed.
        let level = if renderer.is_preview { Compression::none() } else { Compression::default() };
        let (index, texts) = rayon::join(move || packed(index, level), move || packed(texts, level));
        let ([index, index_script], [texts, texts_script]) = (both_forms("index", index), both_forms("texts", texts));
        Ok([index, index_script, texts, texts_script])
    };
    let ([index_path, index_script], [texts_path, texts_script]) = (paths("index"), paths("texts"));
    vec![
        Recipe::several([index_path, index_script, texts_path, texts_script], index),
        Recipe::several(paths("engine"), || Ok(both_forms("engine", ENGINE.to_vec()))),
    ]
}

/// An index that could not be built stops the site: without it, every search would find nothing.
fn failed(error: &BuildError) -> Diagnostic {
    let [file, _] = paths("index");
    Diagnostic::about_file(
        Code::SearchIndexFailed,
        &file,
        text!("der Suchindex lässt sich nicht erstellen ({error})", "{error}"),
    )
    .hint(text!(
        "meist fehlt Arbeitsspeicher: andere Programme schließen und noch einmal bauen",
        "most often memory is short: close other programs and build again"
    ))
}

fn paths(part: &str) -> [String; 2] {
    [format!("suche/{part}.gz"), format!("suche/{part}.js")]
}

fn both_forms(part: &str, packed: Vec<u8>) -> [Vec<u8>; 2] {
    let mut script = format!("HandbookSearch.receive(\"{part}\", \"");
    BASE64_STANDARD.encode_string(&packed, &mut script);
    script.push_str("\");\n");
    [packed, script.into_bytes()]
}

/// As gzip, without a time, so that equal bytes stay equal.
fn packed(bytes: Vec<u8>, level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    // A vector takes everything.
    encoder.write_all(&bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

impl Renderer<'_> {
    /// The search index of the handbook.
    pub fn search_index(&self) -> Result<Archives, BuildError> {
        let documents: Vec<Document> = self
            .site
            .cases
            .par_iter()
            .map(|case| {
                let inputs = [&case.hash()[..], self.site.frame.as_bytes()];
                self.memory.recall("render::document", &inputs, || self.document(case))
            })
            .collect();
        search_index::build(documents, &self.lexicon())
    }

    /// Name of a value of a facet, as pages show it.
    pub fn name_of_value(&self, facet: Facet, value: &str) -> String {
        self.value_name(facet, value)
    }

    /// A case as the search sees it.
    pub fn document(&self, case: &Case) -> Document {
        let data = &case.data;
        let names = |facet: &Facet| -> Vec<String> {
            self.site.values_of(case, *facet).iter().map(|value| self.value_name(*facet, value)).collect()
        };
        let checklist = match &data.checklist {
            Checklist::NotRecorded => Vec::new(),
            Checklist::Items(items) => items.iter().map(|item| item.text.clone()).collect(),
        };
        let values = |facet: Facet| (facet, self.site.values_of(case, facet));
        Document {
            slug: case.slug.to_string(),
            url: site::case_path(case.slug.as_str()),
            title: data.title.value.clone(),
            short_title: data.short_title.value.clone(),
            places: self.searched_places(case),
            organisations: data.organisations.iter().map(|organisation| organisation.name.value.clone()).collect(),
            summary: data.summary.value.clone(),
            keywords: FOUND.iter().flat_map(names).collect(),
            checklist,
            body: body(case),
            updated: updated(case).to_string(),
            facets: Facet::ALL.into_iter().map(values).filter(|(_, values)| !values.is_empty()).collect(),
        }
    }

    /// `Vogtlandkreis, Plauen, Sachsen`: district, its seat, Land.
    fn searched_places(&self, case: &Case) -> Vec<String> {
        let place = |place: site::Place<'_>| {
            let district = place.district.into_iter();
            let mut names: Vec<&str> = district
                .flat_map(|district| [Some(district.name.as_str()), district.seat.as_deref()])
                .flatten()
                .collect();
            names.push(&place.state.name);
            names.dedup();
            names.join(", ")
        };
        let places: Vec<String> = self.site.places(case).map(place).collect();
        if places.is_empty() { vec![self.words.0.text("place.nationwide").to_owned()] } else { places }
    }

    /// The list of synonyms; abbreviations and other spellings come from the glossary.
    pub fn lexicon(&self) -> Lexicon {
        let vocabularies = &self.site.vocabularies;
        let listed = vocabularies
            .synonyms
            .entries
            .iter()
            .map(|group| group.words.iter().map(|word| word.value.clone()).collect::<Vec<String>>());
        let explained = vocabularies.glossary.entries.iter().map(|term| {
            std::iter::once(&term.term).chain(&term.long).chain(&term.also).cloned().collect::<Vec<String>>()
        });
        Lexicon {
            synonyms: listed.chain(explained).filter(|group| group.len() > 1).collect(),
            exceptions: vocabularies.synonyms.exceptions.clone(),
        }
    }
}

/// The last day on which somebody vouched for the case.
fn updated(case: &Case) -> civil::Date {
    let legal_state = case.data.legal_state.value.last_day();
    case.data.reviewed.as_ref().map_or(legal_state, |reviewed| reviewed.value.last_day().max(legal_state))
}

/// Everything of a case that is running text.
fn body(case: &Case) -> String {
    let data = &case.data;
    let outline = outline(&case.text);
    let remarks = |remarks: &[Remark]| remarks.iter().map(|remark| remark.text.clone()).collect::<Vec<String>>();
    let headings = outline.headings.iter().map(|heading| heading.text.clone());
    let figures = data.results.iter().flat_map(|figure| [Some(figure.label.clone()), figure.base.clone()]);
    let pieces = std::iter::once(outline.plain_text())
        .chain(headings)
        .chain(data.mechanism.iter().map(|mechanism| mechanism.text.clone()))
        .chain(remarks(&data.setbacks))
        .chain(figures.flatten())
        .chain(data.status.note.clone())
        .chain(data.effort.wording.clone());
    pieces.filter(|piece| !piece.is_empty()).collect::<Vec<String>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_why_there_is_no_index() {
        let diagnostic = failed(&BuildError::from(std::io::Error::other("no memory")));
        assert_eq!(diagnostic.file, "suche/index.gz");
        assert!(diagnostic.message.de.contains("no memory"), "{}", diagnostic.message.de);
    }
}
