//! Works that texts cite but the list of literature lacks: a page number without its book is no evidence.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::model::{CitedWork, Figure, Located, Reference};
use crate::site::Site;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.has_vocabulary("literature") {
        return Vec::new();
    }
    let site = context.site;
    let unknown = citations(site).into_iter().filter(|citation| site.work(citation.work).is_none());
    unknown
        .map(|citation| {
            let id = &citation.work.value;
            let known = site.vocabularies.literature.entries.iter().map(|work| work.id.as_str());
            let hint = suggest(id, known).unwrap_or_else(|| {
                text!("das Werk in vocabulary/literature.yaml eintragen", "add the work to vocabulary/literature.yaml")
            });
            Diagnostic::new(
                Code::UnknownWork,
                citation.file,
                citation.work.at,
                text!(
                    "das Werk „{id}“ steht nicht im Literaturverzeichnis",
                    "the work \"{id}\" is not in the list of literature"
                ),
            )
            .hint(hint)
        })
        .collect()
}

/// A place that cites a work.
struct Citation<'a> {
    file: &'a str,
    work: &'a Located<String>,
}

/// Every place in data that cites a work.
fn citations(site: &Site) -> Vec<Citation<'_>> {
    let mut found = Found(Vec::new());
    for case in site.cases() {
        let (file, data) = (case.file.as_str(), &case.data);
        found.figures(file, &data.results);
        found.references(file, data.mechanism.iter().map(|remark| &remark.source));
        found.references(file, data.setbacks.iter().map(|remark| &remark.source));
        found.references(file, data.checklist.items().iter().map(|item| &item.source));
        found.references(file, &data.effort.source);
        found.works(file, &data.sources);
    }
    for topic in &site.topics {
        let (file, data) = (topic.file.as_str(), &topic.data);
        found.references(file, data.success_factors.iter().map(|factor| &factor.source));
        found.references(file, data.gap.iter().filter_map(|gap| gap.source.as_ref()));
        found.works(file, &data.sources);
    }
    for page in &site.pages {
        found.figures(&page.file, &page.data.figures);
        found.works(&page.file, &page.data.sources);
    }
    let factors = &site.vocabularies.factors.entries;
    found.references("content/vocabulary/factors.yaml", factors.iter().map(|factor| &factor.source));
    let terms = &site.vocabularies.glossary.entries;
    found.references("content/vocabulary/glossary.yaml", terms.iter().filter_map(|term| term.source.as_ref()));
    found.0
}

struct Found<'a>(Vec<Citation<'a>>);

impl<'a> Found<'a> {
    fn references(&mut self, file: &'a str, references: impl IntoIterator<Item = &'a Reference>) {
        let citation = |reference: &'a Reference| Citation { file, work: &reference.work };
        self.0.extend(references.into_iter().map(citation));
    }

    fn figures(&mut self, file: &'a str, figures: &'a [Figure]) {
        self.references(file, figures.iter().map(|figure| &figure.source));
    }

    fn works(&mut self, file: &'a str, works: &'a [CitedWork]) {
        self.0.extend(works.iter().map(|work| Citation { file, work: &work.work }));
    }
}
