//! The start page, and the page that is shown where there is none.

use std::cmp::Reverse;

use search_index::Facet;
use serde_json::json;

use super::view::{PageView, PlainView, Section, StartView};
use super::{Recipe, Renderer, json_for_script, language};
use crate::model::Case;

/// Cases shown on the start page.
const SHOWN: usize = 3;

/// `index.html`, `404.html`.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    vec![
        renderer.page_recipe("index.html".to_owned(), "start.html", Renderer::start),
        renderer.page_recipe("404.html".to_owned(), "not-found.html", Renderer::not_found),
    ]
}

impl<'a> Renderer<'a> {
    fn start(&'a self) -> StartView {
        let site = self.site;
        let handbook = &site.handbook;
        let mut page = self.page("index.html", &handbook.title, &handbook.description, Section::Start);
        page.json_ld = Some(json_for_script(&json!({
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": handbook.title.value,
            "description": handbook.description,
            "inLanguage": language(site),
            "publisher": { "@type": "Organization", "name": handbook.publisher.name },
        })));
        let mut latest: Vec<&Case> = site.cases().collect();
        // The sort is stable, so cases reviewed on the same day stay in the order of their names.
        latest.sort_by_key(|case| {
            (case.data.checklist.items().is_empty(), Reverse(case.data.reviewed.as_ref().map(|date| date.value)))
        });
        let tiles = self.tiles(None);
        StartView {
            topics: site.topics.iter().map(|topic| self.count(Facet::Topic, topic.slug.as_str())).collect(),
            nationwide: site.nationwide().count(),
            cases: one_per_topic(&latest).into_iter().map(|case| self.card(case)).collect(),
            facets: self.facets(),
            checklist_items: site.cases().map(|case| case.data.checklist.items().len()).sum(),
            states_with_cases: tiles.iter().filter(|tile| tile.count > 0).count(),
            tiles,
            page,
        }
    }

    /// Servers show this page under any address, so its links start at the root of the published site where that is known.
    fn not_found(&'a self) -> PlainView {
        let mut page = self.themed_page("404.html", "not-found", Section::None);
        page.noindex = true;
        if let Some(base) = &self.site.handbook.base_url {
            let path = base
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once('/'))
                .map_or("", |(_, path)| path.trim_matches('/'));
            page.root = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        }
        PlainView { page: PageView { canonical: None, ..page } }
    }
}

/// The first cases of a list that differ in their first topic, filled up with the others.
fn one_per_topic<'c>(cases: &[&'c Case]) -> Vec<&'c Case> {
    let mut shown: Vec<&Case> = Vec::new();
    let topic = |case: &Case| case.data.topics.first().map(|topic| topic.value.clone());
    for case in cases {
        if shown.len() < SHOWN && !shown.iter().any(|other| topic(other) == topic(case)) {
            shown.push(case);
        }
    }
    let others = cases.iter().filter(|case| !shown.iter().any(|other| other.slug == case.slug));
    let missing = SHOWN.saturating_sub(shown.len());
    let others: Vec<&Case> = others.take(missing).copied().collect();
    shown.into_iter().chain(others).collect()
}
