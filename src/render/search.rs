//! The search index of the site: every case as the search sees it, and what editors know about words.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil;
use rayon::prelude::*;
use search_index::{Archives, BuildError, Document, Facet, Lexicon, Standing};

use super::{Recipe, Renderer};
use crate::diagnostic::{Code, Diagnostic};
use crate::markdown::outline;
use crate::model::{Case, Checklist, Remark};
use crate::site::{self, Site};

/// The engine for browsers: `search-index` compiled to WebAssembly and packed, see `search-index/wasm/build`.
const ENGINE: &[u8] = include_bytes!("../../search-index/engine/engine.wasm.gz");

/// Facets whose values are found as words. Who asks for „beendet“ or „ländlich“ filters.
const FOUND: [Facet; 7] =
    [Facet::Topic, Facet::Form, Facet::TargetGroup, Facet::Format, Facet::Partner, Facet::Phase, Facet::LegalScope];

/// Index, texts and engine, each as a packed file to be fetched, and as a script for pages opened from a disk.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let ([index_path, index_script], [texts_path, texts_script]) = (paths("index"), paths("texts"));
    let engine = Recipe::several(paths("engine"), || Ok(both_forms("engine", ENGINE.to_vec())));
    let Some(kept) = &renderer.kept_index else {
        let index = move || {
            let Archives { index, texts } = renderer.search_index().map_err(|error| failed(&error))?;
            // Each is as large as all texts together, and goes as soon as it is packed.
            let (index, texts) = rayon::join(move || packed(index), move || packed(texts));
            let ([index, index_script], [texts, texts_script]) =
                (both_forms("index", index), both_forms("texts", texts));
            Ok([index, index_script, texts, texts_script])
        };
        return vec![Recipe::several([index_path, index_script, texts_path, texts_script], index), engine];
    };
    // Nobody opens a preview from a disk, so scripts are made apart, and packing takes longer than handing over.
    let archives = move || kept.archives(renderer).map_err(|error| failed(&error));
    let fetched = move || archives().map(|Archives { index, texts }| [index, texts]);
    let scripts = move || {
        let Archives { index, texts } = archives()?;
        let [[_, index], [_, texts]] = [both_forms("index", index), both_forms("texts", texts)];
        Ok([index, texts])
    };
    vec![
        Recipe::several([index_path, texts_path], fetched),
        Recipe::several([index_script, texts_script], scripts),
        engine,
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
fn packed(bytes: Vec<u8>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // A vector takes everything.
    encoder.write_all(&bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// The index of an earlier edition of a preview. The cases that have changed since are laid over it: an index of all takes the
/// longer the more there are, and an editor changes one.
#[derive(Debug, Default)]
pub struct KeptIndex(Mutex<Option<Below>>);

/// An index, and what it was made from.
#[derive(Debug)]
struct Below {
    frame: blake3::Hash,
    /// Names of the cases in it, with their fingerprints and in its order.
    cases: Vec<(String, [u8; 32])>,
    archives: Archives,
}

impl KeptIndex {
    /// Most cases that are laid over an index, in percent of those in it. After that a new one is worth its time.
    const MOST: usize = 5;

    fn archives(&self, renderer: &Renderer<'_>) -> Result<Archives, BuildError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let site = renderer.site;
        if let Some(below) = kept.as_ref().filter(|below| below.frame == site.frame) {
            let changes = Changes::of(site, below);
            if changes.count * 100 <= below.cases.len() * Self::MOST {
                return changes.laid_over(below, renderer);
            }
        }
        let archives = renderer.search_index()?;
        let cases = site.cases.iter().map(|case| (case.slug.to_string(), *case.hash())).collect();
        *kept = Some(Below { frame: site.frame, cases, archives: archives.clone() });
        Ok(archives)
    }
}

/// How a site differs from that of which there is an index.
struct Changes<'a> {
    /// For each case in the index its number in the site, unless it is another now, or gone.
    kept: Vec<Option<u32>>,
    /// Cases that are not in the index, by number.
    new: Vec<(u32, &'a Case)>,
    /// Number of cases in which they differ.
    count: usize,
}

impl<'a> Changes<'a> {
    fn of(site: &'a Site, below: &Below) -> Changes<'a> {
        let places: HashMap<&str, usize> =
            below.cases.iter().enumerate().map(|(place, (slug, _))| (slug.as_str(), place)).collect();
        let mut kept = vec![None; below.cases.len()];
        let mut new = Vec::new();
        for (number, case) in (0..).zip(&site.cases) {
            let place = places.get(case.slug.as_str()).filter(|place| below.cases[**place].1 == *case.hash());
            match place {
                Some(place) => kept[*place] = Some(number),
                None => new.push((number, &**case)),
            }
        }
        let gone = kept.iter().filter(|number| number.is_none()).count();
        Changes { count: gone.max(new.len()), kept, new }
    }

    fn laid_over(self, below: &Below, renderer: &Renderer<'_>) -> Result<Archives, BuildError> {
        let Archives { index, texts } = &below.archives;
        if self.count == 0 {
            return Ok(below.archives.clone());
        }
        let documents = self.new.iter().map(|(_, case)| renderer.document(case));
        let numbers = self.kept.into_iter().chain(self.new.iter().map(|(number, _)| Some(*number))).collect();
        let titles = renderer.site.cases.iter().map(|case| case.data.title.value.as_str()).collect();
        let above = search_index::build_layer(documents, &renderer.lexicon(), &Standing { numbers, titles })?;
        Ok(Archives {
            index: [index, above.index.as_slice()].concat(),
            texts: [texts, above.texts.as_slice()].concat(),
        })
    }
}

impl Renderer<'_> {
    /// The search index of the handbook.
    pub fn search_index(&self) -> Result<Archives, BuildError> {
        /// Cases whose documents are in memory at once.
        const SOME: usize = 256;
        let some = self.site.cases.chunks(SOME);
        let documents = some.flat_map(|cases| cases.par_iter().map(|case| self.document(case)).collect::<Vec<_>>());
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
