//! Pages to look things up: glossary and literature.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::citation::Citation;
use super::view::{GlossaryGroupView, GlossaryView, LinkView, LiteratureView, Section, TermView, WorkView};
use super::{Recipe, Renderer, json_for_script, link};
use crate::model::{CitedWork, Reference, Slug, Term};
use crate::site::{self, Site, value_path};

/// `glossar.html` and `literatur.html`.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    vec![
        renderer.page_recipe("glossar.html".to_owned(), "glossary.html", Renderer::glossary),
        renderer.page_recipe("literatur.html".to_owned(), "literature.html", |renderer| LiteratureView {
            page: renderer.themed_page("literatur.html", "literature", Section::Knowledge),
            works: renderer.works_view(),
        }),
    ]
}

/// Most places named with a work; a work that every case rests on would otherwise fill the page.
const PLACES: usize = 60;

/// Cases, topics and pages by the works they rest on.
pub fn used_by(site: &Site) -> BTreeMap<&str, Vec<LinkView>> {
    let mut used: BTreeMap<&str, Vec<LinkView>> = BTreeMap::new();
    let mut add = |link: LinkView, cited: BTreeSet<&str>| {
        for id in cited {
            if let Some((key, _)) = site.work(id).map(|work| (work.id.as_str(), ())) {
                let places = used.entry(key).or_default();
                if places.len() < PLACES {
                    places.push(link.clone());
                }
            }
        }
    };
    for topic in &site.topics {
        let factors = topic.data.success_factors.iter().map(|factor| &factor.source);
        let gap = topic.data.gap.iter().filter_map(|gap| gap.source.as_ref());
        let cited = cited(&topic.data.sources, factors.chain(gap));
        let in_text = works_in(&topic.text);
        let both = cited.into_iter().chain(in_text).collect();
        add(link(&topic.data.short_title, value_path(search_index::Facet::Topic, topic.slug.as_str(), 1)), both);
    }
    for case in site.cases() {
        let data = &case.data;
        let remarks = data.mechanism.iter().chain(&data.setbacks).map(|remark| &remark.source);
        let references = data.results.iter().map(|figure| &figure.source).chain(remarks);
        let references =
            references.chain(data.checklist.items().iter().map(|item| &item.source)).chain(data.effort.source.iter());
        let cited = cited(&data.sources, references);
        let in_text = works_in(&case.text);
        let both = cited.into_iter().chain(in_text).collect();
        add(link(&data.short_title, site::case_path(case.slug.as_str())), both);
    }
    for page in &site.pages {
        let cited = cited(&page.data.sources, page.data.figures.iter().map(|figure| &figure.source));
        let in_text = works_in(&page.text);
        let both = cited.into_iter().chain(in_text).collect();
        add(link(&page.data.title, site::page_path(page.slug.as_str())), both);
    }
    used
}

fn cited<'s>(sources: &'s [CitedWork], references: impl Iterator<Item = &'s Reference>) -> BTreeSet<&'s str> {
    sources.iter().map(|cited| cited.work.as_str()).chain(references.map(|reference| reference.work.as_str())).collect()
}

/// Works that a text links to. The notation alone tells, so the text need not be parsed.
fn works_in(text: &str) -> impl Iterator<Item = &str> {
    const LINK: &str = "](work:";
    text.match_indices(LINK).filter_map(|(index, _)| text[index + LINK.len()..].split([')', ' ', '\n']).next())
}

impl<'a> Renderer<'a> {
    fn glossary(&'a self) -> GlossaryView {
        let terms = self.terms_view();
        let mut page = self.themed_page("glossar.html", "glossary", Section::Knowledge);
        let defined: Vec<_> = terms
            .iter()
            .map(|term| json!({ "@type": "DefinedTerm", "name": term.term, "description": term.definition }))
            .collect();
        page.json_ld = Some(json_for_script(
            &json!({ "@context": "https://schema.org", "@type": "DefinedTermSet", "name": page.title, "hasDefinedTerm": defined }),
        ));
        let mut groups: Vec<GlossaryGroupView> = Vec::new();
        for term in terms {
            let letter = sort_key(&term.term)
                .chars()
                .next()
                .filter(char::is_ascii_alphabetic)
                .map_or_else(|| "#".to_owned(), |letter| letter.to_uppercase().to_string());
            match groups.last_mut().filter(|group| group.letter == letter) {
                Some(group) => group.terms.push(term),
                None => groups.push(GlossaryGroupView { letter, terms: vec![term] }),
            }
        }
        GlossaryView { page, groups }
    }

    /// All terms in alphabetical order.
    pub(super) fn terms_view(&self) -> Vec<TermView> {
        let mut terms: Vec<&Term> = self.site.vocabularies.glossary.entries.iter().collect();
        terms.sort_by_key(|term| (sort_key(&term.term), term.id.value.clone()));
        let see = |term: &Term| {
            term.see
                .iter()
                .filter_map(|id| self.site.term(id))
                .map(|other| link(&other.term, site::term_path(&other.id)))
                .collect()
        };
        terms
            .into_iter()
            .map(|term| TermView {
                id: term.id.value.clone(),
                term: term.term.clone(),
                long: term.long.clone(),
                also: term.also.clone(),
                definition: term.definition.clone(),
                see: see(term),
                source: term.source.as_ref().map(|source| self.reference(source)),
            })
            .collect()
    }

    /// All works in the order of their citations.
    pub(super) fn works_view(&self) -> Vec<WorkView> {
        let works = self.site.vocabularies.literature.entries.iter();
        let mut views: Vec<WorkView> = works
            .map(|work| {
                let citation = Citation::of(work);
                WorkView {
                    id: work.id.value.clone(),
                    citation_html: citation.html(self.words, None),
                    citation: citation.view(self.words),
                    used_by: self.used_by.get(work.id.as_str()).cloned().unwrap_or_default(),
                    note: work.note.clone(),
                }
            })
            .collect();
        views.sort_by_cached_key(|work| (sort_key(&work.citation.text), work.id.clone()));
        views
    }
}

/// German alphabetical order (DIN 5007-1): umlauts as their letters, signs left out.
fn sort_key(text: &str) -> String {
    let folded: String = text
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'ä' => 'a',
            'ö' => 'o',
            'ü' => 'u',
            other => other,
        })
        .collect();
    Slug::suggest(&folded)
}
